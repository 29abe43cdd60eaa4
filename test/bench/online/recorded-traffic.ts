// Traffic of the benchmarks of recording: rankings that ask to be recorded, clicks on what they showed, and a collector in a thread of its own, so that
// what it does with rows delays no client.
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { startCollector } from '../../closed-loop/collector.ts'
import type { Bare } from '../../edge/served/bare-workerd.ts'

export const RECORD_SECRET = 'a secret that is long enough'
/** events after each recorded ranking */
export const EVENTS = 3

export interface Told {
  readonly query_id: string
  readonly impression: string
}

export interface Search {
  readonly query: string
  readonly documents: readonly { readonly id: string }[]
}

/** Documents with ids, as recording wants them. */
export const withIds = (documents: readonly object[]) =>
  documents.map((document, at) => ({ id: `d${at}`, ...document }))

/** One ranking that nothing remembers. @returns what the answer says of its record */
export async function rank(
  { url }: Pick<Bare, 'url'>,
  search: Search,
  recorded: boolean,
): Promise<Told | undefined> {
  const ubi = { client_id: 'c1', application: 'soak' }
  const answer = await fetch(`${url}/v1/rerank`, {
    method: 'POST',
    headers: { 'cache-control': 'no-store' },
    body: JSON.stringify({ model: 'disranker', ...search, ...(recorded && { ubi }) }),
  })
  const body = (await answer.json()) as { ubi?: Told }
  if (answer.status !== 200) throw new Error(`A ranking was answered ${answer.status}.`)
  return body.ubi
}

/** Clicks on the first documents of a list that was shown. @returns whether they were acknowledged */
export async function click({ url }: Pick<Bare, 'url'>, told: Told, { documents }: Search): Promise<boolean> {
  const body = JSON.stringify(
    documents.slice(0, EVENTS).map(({ id }) => ({
      action_name: 'click',
      query_id: told.query_id,
      timestamp: Date.now(),
      event_attributes: { object: { object_id: id }, token: told.impression },
    })),
  )
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', body })
  await answer.arrayBuffer()
  return answer.status === 202
}

export interface CollectorThread {
  /** for RECORD_URL */
  readonly url: string
  /** rows of a table that were written */
  rows(table: 'ubi_queries' | 'ubi_events'): Promise<number>
  close(): Promise<unknown>
}

export async function collectorThread(folder: string): Promise<CollectorThread> {
  const worker = new Worker(new URL(import.meta.url), { workerData: folder })
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject)
  })
  return {
    url,
    async rows(table) {
      let lines = 0
      for await (const part of createReadStream(join(folder, table, 'all.ndjson')))
        for (const byte of part as Uint8Array) if (byte === 10) lines++
      return lines
    },
    close: () => worker.terminate(),
  }
}

// the thread loads this module, too
if (!isMainThread && parentPort !== null) parentPort.postMessage((await startCollector(workerData)).url)
