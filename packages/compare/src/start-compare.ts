// The server of `npm run compare`, on this machine only. A page of another site can neither read nor vote:
// requests must name this host, and a vote must come from a page of it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Pairs } from '@disranker/dataset'
import { InputError } from '@disranker/stage'
import { queryPage, resultPage } from './compare-page.ts'
import { createLists } from './lists.ts'
import type { Side } from './open-side.ts'
import type { AskedQuery } from './read-queries.ts'
import { outcomeOf } from './result.ts'
import { GRADES, openVotes } from './votes.ts'

export interface Comparison {
  readonly sides: readonly [Side, Side]
  readonly queries: readonly AskedQuery[]
  readonly pairs: Pick<Pairs, 'documents' | 'analyzer' | 'firstStage'>
  /** folder of the votes */
  readonly out: string
  /** the lists have no names; the result names them */
  readonly blind: boolean
  /** 0 for any free port */
  readonly port: number
}

/** bytes of a vote */
const LARGEST = 16_384

/** @throws {InputError} there is no query that both can rank */
export async function startCompare({ sides, queries: asked, pairs, out, blind, port }: Comparison) {
  const queries = asked.filter(({ id }) => sides.every(({ live, ranked }) => live || ranked.has(id)))
  if (queries.length === 0)
    throw new InputError(
      `Of ${asked.length} queries none is ranked by both. A kept run has ranked the test queries alone: compare two bundles on your own queries.`,
    )
  const lists = createLists(pairs, sides, blind)
  const votes = openVotes(out, queries)
  const names = [sides[0].name, sides[1].name] as const
  const seen = new Map<string, readonly [readonly string[], readonly string[]]>()

  async function show(at: number): Promise<string> {
    const query = queries[at]!
    const shown = await lists.of(query)
    const idsOf = (side: 0 | 1) => shown.find((list) => list.side === side)!.documents.map(({ id }) => id)
    seen.set(query.id, [idsOf(0), idsOf(1)])
    return queryPage({
      query,
      at,
      count: queries.length,
      lists: shown,
      names: blind ? undefined : names,
      votes,
    })
  }

  /** Ranks queries with earlier votes, so that these votes count. */
  async function result(): Promise<string> {
    for (const [at, { id }] of queries.entries()) if (votes.all.has(id) && !seen.has(id)) await show(at)
    return resultPage(outcomeOf(names, queries, seen, votes).sentence, out, names)
  }

  async function vote(request: IncomingMessage): Promise<string> {
    const form = new URLSearchParams(await bodyOf(request))
    // an empty text would become the number 0
    const [at, grade] = ['at', 'grade'].map((name) => Number(form.get(name) || Number.NaN)) as [
      number,
      number,
    ]
    const query = queries[at]
    const document = form.get('document') ?? ''
    const known = query && seen.get(query.id)?.flat().includes(document)
    if (query === undefined || !known || GRADES[grade] === undefined)
      throw new Refused(400, 'This is no vote.')
    votes.vote(query, document, grade)
    return `/?at=${at}#${encodeURIComponent(form.get('anchor') ?? '')}`
  }

  async function answer(request: IncomingMessage, response: ServerResponse, own: string): Promise<void> {
    const { method, headers } = request
    if (headers.host !== own && headers.host !== own.replace('127.0.0.1', 'localhost'))
      throw new Refused(403, `This server answers ${own} alone.`)
    const url = new URL(request.url ?? '/', `http://${own}`)
    if (method === 'POST' && url.pathname === '/vote') {
      if (headers.origin !== `http://${headers.host}`) throw new Refused(403, 'A vote comes from this page.')
      response.writeHead(303, { location: await vote(request) }).end()
      return
    }
    if (method !== 'GET') throw new Refused(405, 'This method is not allowed here.')
    const at = Number(url.searchParams.get('at') ?? 0)
    if (url.pathname === '/') {
      if (queries[at] === undefined) throw new Refused(404, `There are ${queries.length} queries.`)
      return send(response, 200, await show(at))
    }
    if (url.pathname !== '/result') throw new Refused(404, 'There is nothing at this path.')
    send(response, 200, await result())
  }

  const server = createServer((request, response) => {
    const own = `127.0.0.1:${(server.address() as AddressInfo).port}`
    answer(request, response, own).catch((error: unknown) => {
      const status = error instanceof Refused ? error.status : 500
      if (response.headersSent) return response.destroy()
      send(response, status, error instanceof Error ? error.message : String(error), 'text/plain')
    })
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', listening)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queries: queries.length,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      for (const side of sides) await side.close()
    },
  }
}

class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

function send(response: ServerResponse, status: number, text: string, type = 'text/html'): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'cache-control': 'no-store',
    // with no-referrer a browser sends votes with the origin "null"
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
  response.end(text)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    bytes += part.length
    if (bytes > LARGEST) throw new Refused(413, 'This is too much for a vote.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
