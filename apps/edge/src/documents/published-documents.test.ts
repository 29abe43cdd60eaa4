import { describe, expect, it } from 'vitest'
import { publishedDocuments } from './published-documents.ts'
import { toStored } from './stored-vector.ts'
import { withTexts } from './with-texts.ts'

/** A KV namespace of a Map, as far as it is used; the stores themselves are those of workerd (test/edge/models/published.test.ts). */
function namespace(entries: Record<string, string>) {
  const reads: string[][] = []
  return {
    reads,
    entries,
    getWithMetadata: undefined,
    async get(keys: string[]) {
      reads.push(keys)
      if (keys.includes('documents/broken')) throw new Error('the namespace is away')
      return new Map(keys.map((key) => [key, entries[key] ?? null]))
    },
  }
}

describe('published documents', () => {
  it('are read some at a time, each once, and again when a minute has passed', async () => {
    const ids = Array.from({ length: 250 }, (_, at) => `d${at}`)
    const kv = namespace(
      Object.fromEntries(ids.map((id) => [`documents/${id}`, JSON.stringify(`text of ${id}`)])),
    )
    let time = 0
    const texts = publishedDocuments(kv, 60_000, () => time)
    expect((await texts.read(ids)).get('d249')).toMatchObject({ document: 'text of d249' })
    expect(kv.reads.map(({ length }) => length)).toEqual(Array(25).fill(10))
    expect(new Set(kv.reads.flat()).size).toBe(250)
    kv.entries['documents/d3'] = JSON.stringify({ title: 'new', summary: 'text' })
    time = 59_999
    expect((await texts.read(['d3', 'other'])).get('d3')).toMatchObject({ document: 'text of d3' })
    expect(kv.reads.at(-1)).toEqual(['documents/other'])
    time = 60_000
    expect((await texts.read(['d3'])).get('d3')).toMatchObject({
      document: { title: 'new', summary: 'text' },
    })
  })

  it('are kept within a bound, the longest unused going first', async () => {
    const text = JSON.stringify('x'.repeat(300_000))
    const kv = namespace(Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [`documents/${id}`, text])))
    const texts = publishedDocuments(kv)
    for (const id of ['a', 'b', 'c', 'a', 'd']) await texts.read([id])
    const before = kv.reads.length
    for (const id of ['a', 'c', 'd']) await texts.read([id])
    expect(kv.reads.length).toBe(before)
    await texts.read(['b'])
    expect(kv.reads.length).toBe(before + 1)
  })

  it('say 503 where the store is away, and 500 of what is no document', async () => {
    const texts = publishedDocuments(namespace({ 'documents/number': '7', 'documents/text': 'no JSON' }))
    await expect(texts.read(['broken'])).rejects.toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
    })
    for (const id of ['number', 'text'])
      await expect(texts.read([id])).rejects.toMatchObject({
        status: 500,
        message: expect.stringContaining(id),
      })
  })

  it('come with the vector that was published with them, whatever their form', async () => {
    const words = { reader: 'r1', stems: 'a b', table: { values: Int8Array.of(1, 2), scale: 0.5 } }
    const stored = toStored({ values: Int8Array.of(-128, 0, 127), scale: 0.01, encoder: 'e1', words })
    const texts = publishedDocuments(
      namespace({
        'documents/a': JSON.stringify({ text: 'plain', vector: stored }),
        'documents/b': JSON.stringify({ title: 'T', summary: 'S', vector: stored }),
        'documents/c': JSON.stringify({ title: 'T', summary: 'S' }),
      }),
    )
    const asked = ['a', 'b', 'c'].map((id) => ({ id }))
    const { documents, vectors } = await withTexts([...asked, 'sent'], texts)
    expect(documents).toEqual(['plain', { title: 'T', summary: 'S' }, { title: 'T', summary: 'S' }, 'sent'])
    const vector = { values: Int8Array.of(-128, 0, 127), scale: 0.01, encoder: 'e1', words }
    expect(vectors).toEqual([vector, vector, undefined, undefined])
  })

  it('take the places of their ids, and those that are missing are named', async () => {
    const texts = publishedDocuments(namespace({ 'documents/a': '"the text of a"' }))
    const { documents } = await withTexts(['b', { id: 'a' }, { title: 'c' }, { id: 'a' }], texts)
    expect(documents).toEqual(['b', 'the text of a', { title: 'c' }, 'the text of a'])
    const ids = Array.from({ length: 8 }, (_, at) => ({ id: `missing-${at}` }))
    await expect(withTexts([{ id: 'a' }, ...ids], texts)).rejects.toMatchObject({
      status: 404,
      message:
        'documents: there is no document with the id "missing-0", "missing-1", "missing-2", "missing-3", "missing-4" and 3 more on this server. Publish it, or send its text.',
    })
  })
})
