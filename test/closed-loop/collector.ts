// An HTTP collector: writes the rows that a Worker sends to RECORD_URL as files of JSON lines, in a folder
// for each table.
import { appendFileSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Collector {
  /** for RECORD_URL */
  readonly url: string
  readonly folder: string
  /** while it is away each write fails with 503, or is never answered */
  away: 'fails' | 'hangs' | undefined
  close(): Promise<void>
}

const TABLES = ['ubi_queries', 'ubi_events']

export async function startCollector(folder: string): Promise<Collector> {
  for (const table of TABLES) mkdirSync(join(folder, table), { recursive: true })
  const state: Pick<Collector, 'away'> = { away: undefined }
  const server = createServer(async (request, response) => {
    if (state.away === 'fails') return response.writeHead(503).end()
    if (state.away === 'hangs') return
    const table = request.url!.slice(1)
    if (!TABLES.includes(table)) return response.writeHead(404).end()
    appendFileSync(join(folder, table, 'all.ndjson'), await text(request))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/{table}`,
    folder,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
