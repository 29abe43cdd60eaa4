import { afterAll, beforeAll, expect, it } from 'vitest'
import { tinyBundle } from '../fixtures/tiny-bundle.ts'
import { loadReranker } from '../load-reranker.ts'
import type { Reranker } from '../reranker.ts'
import { rerankJson } from './rerank-json.ts'

let reranker: Reranker
beforeAll(async () => {
  reranker = await loadReranker(tinyBundle())
})
afterAll(() => reranker.dispose())

const items = ['a weak hash', 'memory is used after it was freed', 'a certificate is not checked'].map(
  (text, id) => ({
    id,
    text,
  }),
)
const query = 'use after free'
const order = async (texts: readonly string[]) =>
  (await reranker.rank(query, texts)).results.map(({ index }) => index)

it('reorders a list at any depth and leaves the rest as it is', async () => {
  const answer = { took: 3, hits: { total: 3, hits: items } }
  const ranked = await rerankJson(reranker, answer, query, { list: 'hits.hits' })
  const wanted = (await order(items.map(({ text }) => text))).map((index) => items[index])
  expect(ranked).toEqual({ took: 3, hits: { total: 3, hits: wanted } })
  expect(answer.hits.hits).toEqual(items)
})

it('reads what search engines send', async () => {
  const hits = items.map(({ id, text }) => ({ _id: id, _source: { title: 'Title', body: text } }))
  const ranked = await rerankJson(reranker, hits, query, {})
  const documents = items.map(({ text }) => ({ title: 'Title', summary: text }))
  const { results } = await reranker.rank(query, documents)
  expect(ranked).toEqual(results.map(({ index }) => hits[index]))
})

it('keeps what is below the depth, and the top n', async () => {
  const two = await order(items.slice(0, 2).map(({ text }) => text))
  const ranked = await rerankJson(reranker, items, query, { depth: 2 })
  expect(ranked).toEqual([...two.map((index) => items[index]), items[2]])
  expect(await rerankJson(reranker, items, query, { depth: 2, topN: 1 })).toEqual([items[two[0]!]])
})

it.each([
  ['no query', items, undefined, {}],
  ['a blank query', items, '  ', {}],
  ['no such list', { hits: items }, query, { list: 'results' }],
  ['another value', 'text', query, { list: 'a.b' }],
])('changes nothing for %s', async (_, answer, asked, options) => {
  expect(await rerankJson(reranker, answer, asked, options)).toBe(answer)
})

it('sends the first order where an item cannot be read, and says so', async () => {
  const told: unknown[] = []
  const answer = [{ id: 1 }, { id: 2 }]
  expect(await rerankJson(reranker, answer, query, { onError: (error) => told.push(error) })).toBe(answer)
  expect(String(told[0])).toContain('give `document`')
})
