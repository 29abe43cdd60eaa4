// `npm run bench -- documents [--bundle <folder>]... [--count 100000] [--stores kv,r2,d1] [--requests 40] [--keep <folder>]`: documents by
// their ids against their texts in the request, in workerd with its local stores: 50 documents of 120 words a request, another 50 each
// time, both ways in turns, no answer remembered. The words are those of the first bundle's vocabulary, so that queries and documents have
// as many tokens as real ones. Each bundle is measured on the same documents. Where one has the form `vectors` each document has its words
// and a vector (a random one: the time is the same), and the texts are ranked by the network, as they would be. The same ids again, which
// the isolate has then read, say what is not the store's; a Worker that only reads says what is. KV and R2 are filled directly (fill-store.ts); with --keep they stay, and the next
// run does not write them again.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { assemble } from '@disranker/edge/assemble'
import type { StoreKind } from '@disranker/edge/document-writer'
import { openWriter } from '@disranker/edge/open-writer'
import { serve } from '@disranker/edge/serve'
import { toStored } from '@disranker/edge/stored-vector'
import { loadReranker, type VectorForm } from '@disranker/reranker'
import { childrenCpu } from '../children-cpu.ts'
import { quantile } from './example-requests.ts'
import { fillStore } from './fill-store.ts'
import { openReader } from './reads-alone.ts'

const A_REQUEST = 50
const WORDS = 120
const QUERY_WORDS = 10
const AT_ONCE = 500
const text = { type: 'string' } as const

export async function run(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      bundle: { type: 'string', multiple: true },
      ...{ count: text, stores: text, requests: text, keep: text },
    },
  })
  const here = process.env.INIT_CWD ?? '.'
  const bundles = (values.bundle ?? ['packages/onnx/out/quantize/bundle']).map((path) => resolve(here, path))
  const count = Number(values.count ?? 100_000)
  const stores = (values.stores ?? 'kv,r2,d1').split(',') as StoreKind[]
  const home = values.keep ? resolve(here, values.keep) : mkdtempSync(join(tmpdir(), 'bench-documents-'))
  const words = wholeWords(bundles[0]!)
  try {
    for (const kind of stores) {
      // other words make other documents
      const folder = join(home, `${kind}-${count}-${words.length}-${words[0]}`)
      if (!existsSync(join(folder, DONE))) await publish(kind, folder, count, words, await encoderOf(bundles))
      await measureReads(kind, folder, count, Number(values.requests ?? 40))
      for (const [at, bundle] of bundles.entries()) {
        const example = { about: 'a benchmark', documents: [], queries: [], embedded: false }
        const dist = join(home, `dist-${at}`)
        await assemble({ bundle, example: example as never, out: dist })
        await measure({
          kind,
          folder,
          dist,
          words,
          name: bundle,
          count,
          requests: Number(values.requests ?? 40),
        })
      }
    }
  } finally {
    if (values.keep === undefined) rmSync(home, { recursive: true, force: true })
  }
}

/** of the namespace, bucket or database, as serve.ts has it */
const STORE = 'disranker-documents'

/** a file that is written when all documents are */
const DONE = 'published'

/** The form `vectors` of the first bundle that has one. */
async function encoderOf(bundles: readonly string[]): Promise<VectorForm | undefined> {
  for (const bundle of bundles) {
    const { vectors } = await loadReranker(bundle)
    if (vectors !== undefined) return vectors
  }
  return undefined
}

async function publish(
  kind: StoreKind,
  folder: string,
  count: number,
  words: readonly string[],
  form: VectorForm | undefined,
): Promise<void> {
  const began = performance.now()
  const some = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => {
      const document = textOf(words, from + at)
      const vector = form && {
        encoder: form.encoder,
        scale: 1 / 127 / Math.sqrt(form.features / 3),
        values: bytesOf(from + at, form.features),
        words: form.read(document),
      }
      return { id: `d${from + at}`, document, vector: vector && toStored(vector) }
    })
  const writer = await openWriter({ kind, name: STORE, local: true, persistTo: folder })
  try {
    await writer.prepare()
    const first = kind === 'd1' ? count : 1
    for (let from = 0; from < first; from += AT_ONCE)
      await writer.put(some(from, Math.min(first, from + AT_ONCE)))
  } finally {
    await writer.close()
  }
  if (kind !== 'd1') {
    const filled = fillStore(kind, folder, STORE)
    for (let from = 1; from < count; from += AT_ONCE)
      await filled.put(some(from, Math.min(count, from + AT_ONCE)))
    filled.close()
  }
  writeFileSync(join(folder, DONE), '')
  console.log(`${kind}: ${count} documents published in ${Math.round((performance.now() - began) / 1000)} s`)
}

interface Measured {
  readonly kind: StoreKind
  readonly folder: string
  readonly dist: string
  /** that texts are made of */
  readonly words: readonly string[]
  /** folder of the bundle */
  readonly name: string
  readonly count: number
  readonly requests: number
}

async function measure({ kind, folder, dist, words, name, count, requests }: Measured): Promise<void> {
  const server = await serve({
    dist,
    variables: { SCORE_CACHE_BYTES: '0' },
    documents: { kind, folder },
    alone: true,
  })
  const ask = async (documents: readonly unknown[], number: number) => {
    const query = textOf(words, number).split(' ').slice(0, QUERY_WORDS).join(' ')
    const body = JSON.stringify({ model: 'disranker', query, documents })
    const [began, cpu] = [performance.now(), childrenCpu()]
    const answer = await fetch(`${server.url}/v2/rerank`, {
      method: 'POST',
      body,
      headers: { 'cache-control': 'no-store' },
    })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] }
    return { results, milliseconds: performance.now() - began, cpu: childrenCpu() - cpu }
  }
  try {
    const times = { ids: [] as number[], again: [] as number[], texts: [] as number[] }
    const costs = { ids: 0, again: 0, texts: 0 }
    let same = 0
    for (let number = 0; number < requests; number++) {
      const chosen = chosenFor(number, count)
      const ids = chosen.map((at) => ({ id: `d${at}` }))
      const byId = [['ids', ids] as const, ['again', ids] as const]
      const byText = ['texts', chosen.map((at) => textOf(words, at))] as const
      const scores = new Map<string, string>()
      for (const [way, documents] of number % 2 === 0 ? [...byId, byText] : [byText, ...byId]) {
        const { results, milliseconds, cpu } = await ask(documents, number)
        // the first loads the model
        if (number > 0) {
          times[way].push(milliseconds)
          costs[way] += cpu / (requests - 1)
        }
        scores.set(way, JSON.stringify(results.map(({ index, relevance_score }) => [index, relevance_score])))
      }
      if (scores.get('ids') === scores.get('texts')) same++
    }
    const [ids, again, texts] = [times.ids, times.again, times.texts].map((each) => quantile(each, 0.5))
    console.log(
      `${kind}, ${name}: p50 by id ${ids!.toFixed(1)} ms, by text ${texts!.toFixed(1)} ms: ${(ids! / texts!).toFixed(2)}x; ` +
        `by ids that were read before ${again!.toFixed(1)} ms; ` +
        `CPU of workerd and its stores ${costs.ids.toFixed(1)}, ${costs.texts.toFixed(1)} and ${costs.again.toFixed(1)} ms; ` +
        `${same} of ${requests} answers have the same scores`,
    )
    await nameUnknown(server.url, count)
  } finally {
    await server.close()
  }
}

/** The documents of a request: another request has others. */
const chosenFor = (number: number, count: number): number[] =>
  Array.from({ length: A_REQUEST }, (_, at) => (number * 7919 + at * 104_729) % count)

/** The time of the store itself for the same documents. */
async function measureReads(kind: StoreKind, folder: string, count: number, requests: number): Promise<void> {
  const reader = await openReader(kind, { folder, name: STORE })
  const times: number[] = []
  let cpu = 0
  try {
    for (let number = 0; number < requests; number++) {
      const [began, before] = [performance.now(), childrenCpu()]
      await reader.read(chosenFor(number, count).map((at) => `d${at}`))
      if (number === 0) continue
      times.push(performance.now() - began)
      cpu += (childrenCpu() - before) / (requests - 1)
    }
  } finally {
    await reader.close()
  }
  console.log(
    `${kind}: a Worker that does nothing but read ${A_REQUEST} documents: p50 ${quantile(times, 0.5).toFixed(1)} ms, CPU ${cpu.toFixed(1)} ms`,
  )
}

/** An id that is not there is named, however many documents there are. */
async function nameUnknown(url: string, count: number): Promise<void> {
  const documents = [count - 1, 0, count].map((at) => ({ id: `d${at}` }))
  const body = JSON.stringify({ model: 'disranker', query: 'unknown', documents })
  const answer = await fetch(`${url}/v2/rerank`, { method: 'POST', body })
  const text = await answer.text()
  if (!(answer.status === 404 && text.includes(`d${count}`)))
    throw new Error(`Of an unknown id it says ${answer.status} ${text}; wanted 404 and its name.`)
  console.log(`of an id that is not there: ${text}`)
}

/** The words of a bundle's vocabulary, without pieces of words. */
function wholeWords(bundle: string): string[] {
  const { model } = JSON.parse(readFileSync(join(bundle, 'tokenizer.json'), 'utf8'))
  return Object.keys(model.vocab).filter((token) => /^\p{L}{3,}$/u.test(token))
}

/** A different text for each number. */
function textOf(words: readonly string[], number: number): string {
  let state = number + 1
  return Array.from({ length: WORDS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return words[(state >>> 8) % words.length]
  }).join(' ')
}

const bytesOf = (number: number, length: number) =>
  Int8Array.from({ length }, (_, at) => Math.round(127 * Math.sin(number * 12.9898 + at * 78.233)))
