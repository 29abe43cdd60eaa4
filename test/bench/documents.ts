// `npm run bench -- documents [--bundle <folder>] [--count 100000] [--stores kv,r2,d1] [--requests 40]`: documents by their ids against their
// texts in the request, in workerd with its local stores: 50 documents of 120 words a request, another 50 each time, both ways in
// turns, nothing remembered. With a bundle of the form `vectors` each document has a vector (a random one: the time is the
// same), and the texts are ranked by the network, as they would be. The local stores write some hundred documents a second.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { assemble } from '@disranker/edge/assemble'
import type { StoreKind } from '@disranker/edge/document-writer'
import { openWriter } from '@disranker/edge/open-writer'
import { serve } from '@disranker/edge/serve'
import { openBundle } from '@disranker/reranker'
import { quantile } from './example-requests.ts'

const A_REQUEST = 50
const WORDS = 120
const AT_ONCE = 500
const text = { type: 'string' } as const

export async function run(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { bundle: text, count: text, stores: text, requests: text },
  })
  const bundle = resolve(process.env.INIT_CWD ?? '.', values.bundle ?? 'packages/onnx/out/quantize/bundle')
  const count = Number(values.count ?? 100_000)
  const stores = (values.stores ?? 'kv,r2,d1').split(',') as StoreKind[]
  const home = mkdtempSync(join(tmpdir(), 'bench-documents-'))
  try {
    const example = { about: 'a benchmark', documents: [], queries: [], embedded: false }
    await assemble({ bundle, example: example as never, out: join(home, 'dist') })
    for (const kind of stores)
      await measure({ kind, home, count, bundle, requests: Number(values.requests ?? 40) })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

interface Measured {
  readonly kind: StoreKind
  readonly home: string
  readonly bundle: string
  readonly count: number
  readonly requests: number
}

async function measure({ kind, home, count, bundle, requests }: Measured): Promise<void> {
  const files = Object.fromEntries(
    readdirSync(bundle).map((name) => [name, new Uint8Array(readFileSync(join(bundle, name)))]),
  )
  const { vectors } = await openBundle(files)
  const encoder = vectors && { identity: vectors.identity, features: vectors.config.features }
  const folder = join(home, kind)
  const began = performance.now()
  const writer = await openWriter({ kind, name: 'disranker-documents', local: true, persistTo: folder })
  try {
    await writer.prepare()
    for (let from = 0; from < count; from += AT_ONCE)
      await writer.put(
        Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => ({
          id: `d${from + at}`,
          document: textOf(from + at),
          vector: encoder && {
            encoder: encoder.identity,
            scale: 1 / 127 / Math.sqrt(encoder.features / 3),
            values: Buffer.from(bytesOf(from + at, encoder.features)).toString('base64'),
          },
        })),
      )
  } finally {
    await writer.close()
  }
  console.log(`${kind}: ${count} documents published in ${Math.round((performance.now() - began) / 1000)} s`)
  const server = await serve({
    dist: join(home, 'dist'),
    variables: { SCORE_CACHE_BYTES: '0' },
    documents: { kind, folder },
    alone: true,
  })
  const ask = async (documents: readonly unknown[], number: number) => {
    const body = JSON.stringify({
      model: 'disranker',
      query: `${textOf(number).slice(0, 60)} ${number}`,
      documents,
    })
    const began = performance.now()
    const answer = await fetch(`${server.url}/v2/rerank`, {
      method: 'POST',
      body,
      headers: { 'cache-control': 'no-store' },
    })
    const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] }
    return { results, milliseconds: performance.now() - began }
  }
  try {
    const times = { ids: [] as number[], texts: [] as number[] }
    let same = 0
    for (let number = 0; number < requests; number++) {
      const chosen = Array.from({ length: A_REQUEST }, (_, at) => (number * 7919 + at * 104_729) % count)
      const ways = [
        ['ids', chosen.map((at) => ({ id: `d${at}` }))],
        ['texts', chosen.map(textOf)],
      ] as const
      const scores = new Map<string, string>()
      for (const [way, documents] of number % 2 === 0 ? ways : ways.toReversed()) {
        const { results, milliseconds } = await ask(documents, number)
        // the first loads the model
        if (number > 0) times[way].push(milliseconds)
        scores.set(way, JSON.stringify(results.map(({ index, relevance_score }) => [index, relevance_score])))
      }
      if (scores.get('ids') === scores.get('texts')) same++
    }
    const [ids, texts] = [quantile(times.ids, 0.5), quantile(times.texts, 0.5)]
    console.log(
      `${kind}${encoder ? ', with vectors' : ''}: p50 by id ${ids.toFixed(1)} ms, by text ${texts.toFixed(1)} ms: ${(ids / texts).toFixed(2)}x; ` +
        `${same} of ${requests} answers have the same scores`,
    )
  } finally {
    await server.close()
  }
}

/** A text of its own for each number: words of a vocabulary of 4,000. */
function textOf(number: number): string {
  let state = number + 1
  return Array.from({ length: WORDS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return `${SYLLABLES[(state >>> 8) % 20]}${SYLLABLES[(state >>> 13) % 20]}${SYLLABLES[(state >>> 18) % 10]}`
  }).join(' ')
}
const SYLLABLES = 'ba de fi go lu ma ne pi ro su ta ve wi xo ja ke ly mu no ra'.split(' ')

const bytesOf = (number: number, length: number) =>
  Int8Array.from({ length }, (_, at) => Math.round(127 * Math.sin(number * 12.9898 + at * 78.233)))
