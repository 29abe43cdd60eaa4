import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBm25 } from '@disranker/lexical'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTexts } from '../records/lines.ts'
import { openFirstStage } from './first-stage.ts'

// more than one thread searches
const DOCUMENTS = Array.from({ length: 12_000 }, (_, i) => ({
  id: `d${i}`,
  title: `w${i % 97} w${i % 89}`,
  summary: `w${i % 7} w${(i * i) % 1009}`,
}))
const QUERIES = Array.from({ length: 300 }, (_, i) => `w${i % 97} w${(3 * i) % 1009}`)
const bm25 = { k1: 1.2, b: 0.75 }

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'first-stage-'))
})
const write = (name: string, some: readonly object[]) => {
  const file = join(home, name)
  writeTexts(
    file,
    some.map((document) => `${JSON.stringify(document)}\n`),
  )
  return file
}
afterAll(() => rmSync(home, { recursive: true }))

it.each([
  ['in threads', DOCUMENTS, [10_000]],
  ['without a thread', DOCUMENTS.slice(0, 200), []],
])('finds %s what one index finds, in the order of the queries', async (_, some, progress) => {
  const documents = write(`${some.length}.jsonl`, some)
  const indexed: number[] = []
  const signal = new AbortController().signal
  const stage = await openFirstStage({ documents, ...bm25, signal, onIndexed: (n) => indexed.push(n) })
  const here = createBm25(
    some.map(({ title, summary }) => `${title}. ${summary}`),
    bm25,
  )
  let next = 0
  for await (const { number, score } of stage.search(QUERIES, 20)) {
    const found = Array.from(number, (index, i) => ({ index, score: score[i] }))
    expect(found).toEqual(here.search(QUERIES[next++]!, 20))
  }
  await stage.close()
  expect(next).toBe(QUERIES.length)
  expect(indexed).toEqual(progress)
})

it.each([
  ['in threads', DOCUMENTS],
  ['without a thread', DOCUMENTS.slice(0, 200)],
])('stops where it is when it is told to, %s', async (_, some) => {
  const documents = write('stopped.jsonl', some)
  const stop = new AbortController()
  const stage = await openFirstStage({ documents, ...bm25, signal: stop.signal, onIndexed() {} })
  const forever = function* () {
    for (;;) yield 'w1 w2'
  }
  const search = async () => {
    let found = 0
    for await (const _ of stage.search(forever(), 20)) if (++found === 100) stop.abort(new Error('stopped'))
  }
  await expect(search()).rejects.toThrow('stopped')
  await stage.close()
  const stopped = openFirstStage({ documents, ...bm25, signal: stop.signal, onIndexed() {} })
  await expect(stopped).rejects.toThrow('stopped')
})

it('says what is wrong with its documents', async () => {
  const signal = new AbortController().signal
  const missing = { documents: join(home, 'none.jsonl'), ...bm25, signal, onIndexed() {} }
  await expect(openFirstStage(missing)).rejects.toThrow(/ENOENT/)
})
