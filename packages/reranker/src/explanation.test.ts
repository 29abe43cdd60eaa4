import { describe, expect, it } from 'vitest'
import { tinyBundle } from './fixtures/tiny-bundle.ts'
import { loadReranker } from './load-reranker.ts'

const query = 'Buffers in a file, and a lock'
const documents = [
  { title: 'a lock', summary: 'two threads wait for a buffer' },
  'nothing of the kind',
  { summary: `${'value thread hash '.repeat(200)} the file is locked` },
]

describe.each(['fused', 'onnxruntime'] as const)('an explanation, by the engine %s', (engine) => {
  it('has parts that sum to the score, each what the model without the others gives', async () => {
    // the same network, with a static bi-encoder and without
    const [wide, plain] = await Promise.all([
      loadReranker(tinyBundle('static-bundle'), { engine }),
      loadReranker(tinyBundle(), { engine }),
    ])
    const { results } = await wide.rank(query, documents, { explain: true })
    const without = await plain.rank(query, documents, { explain: true })
    expect(results).toHaveLength(3)
    for (const { index, score, explanation } of results) {
      const { parts } = explanation!
      expect(parts.map(({ name }) => name)).toEqual(['network', 'lexical', 'table'])
      const [network, lexical, table] = parts.map((part) => part.score) as [number, number, number]
      expect(explanation!.score).toBe(score)
      expect(network + lexical + table).toBeCloseTo(score, 12)
      expect(Math.abs(table)).toBeGreaterThan(1e-3)
      const bare = without.results.find((one) => one.index === index)!
      expect(network + lexical).toBeCloseTo(bare.score, 4)
      expect(bare.explanation!.parts.map(({ name }) => name)).toEqual(['network', 'lexical'])
      expect(bare.explanation!.parts[0]!.score).toBeCloseTo(network, 4)
    }
    await Promise.all([wide.dispose(), plain.dispose()])
  })
})

describe('an explanation', () => {
  it('has no part of a network where there is none, and the sum is the score', async () => {
    const reranker = await loadReranker(tinyBundle('table-bundle'))
    const { results } = await reranker.rank(query, documents, { explain: true })
    for (const { score, explanation } of results) {
      const { parts } = explanation!
      expect(parts.map(({ name }) => name)).toEqual(['lexical', 'table'])
      expect(parts[0]!.score + parts[1]!.score).toBeCloseTo(score, 6)
    }
    await reranker.dispose()
  })

  it('names the words that match by their stems, and is of the best piece of a long document', async () => {
    const reranker = await loadReranker(tinyBundle())
    const explained = async (long: 'truncate' | 'chunk') => {
      const { results } = await reranker.rank(query, documents, { explain: true, long })
      return documents.map((_, at) => results.find(({ index }) => index === at)!.explanation!)
    }
    const words = (await explained('truncate')).map(({ matched_words }) => matched_words)
    expect(words[0]).toEqual(['buffers', 'a', 'lock'])
    expect(words[1]).toEqual([])
    const prepared = reranker.prepare(query, documents, { long: 'chunk' })
    const scores = await prepared.score()
    expect(prepared.explain(2).score).toBe(scores[2])
    expect((await explained('chunk'))[2]!.score).toBe(scores[2])
    await reranker.dispose()
  })

  it('is bounded, and there is none where none was asked for or nothing was scored', async () => {
    const reranker = await loadReranker(tinyBundle())
    const many = `${Array.from({ length: 100 }, (_, at) => `word${at}`).join(' ')} ${'x'.repeat(500)}`
    const { results } = await reranker.rank(many, [many], { explain: true })
    const { matched_words } = results[0]!.explanation!
    expect(matched_words).toHaveLength(32)
    expect(Math.max(...matched_words.map((word) => word.length))).toBeLessThanOrEqual(64)
    expect((await reranker.rank(query, documents)).results[0]).not.toHaveProperty('explanation')
    const prepared = reranker.prepare(query, documents)
    expect(() => prepared.explain(0)).toThrow('Document 0 was not scored')
    await reranker.dispose()
  })
})
