// A document longer than the model reads: from its beginning, or in pieces.
import { loadTokenizer } from '@disranker/tokenizer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyBundle } from '../fixtures/tiny-bundle.ts'
import { loadReranker } from '../load-reranker.ts'
import type { Reranker } from '../reranker.ts'
import type { RerankDocument } from './reading.ts'
import { createTextPieces } from './text-pieces.ts'

const subjects = ['buffer', 'query', 'file', 'hash', 'password', 'memory', 'link', 'lock', 'value', 'thread']
const document = (at: number, words = 3 + (at % 9)): RerankDocument => ({
  title: `${subjects[at % 10]} ${at}`,
  summary: Array.from({ length: words }, (_, word) => subjects[(at * 7 + word * 3) % 10]).join(' '),
})
const documents = Array.from({ length: 25 }, (_, at) => document(at))
const query = 'a buffer in a file'

let reranker: Reranker
beforeAll(async () => {
  reranker = await loadReranker(tinyBundle())
})
afterAll(() => reranker.dispose())

describe('a document longer than the model reads', () => {
  const far = `${'lock thread value '.repeat(300)}a buffer in a file`

  it('is read from its beginning, or in pieces of which the best counts', async () => {
    const [cut, beginning] = await reranker.score(query, [far, far.slice(0, 4500)])
    expect(cut).toBe(beginning)
    const both = [{ summary: far }, { summary: 'a buffer in a file' }]
    const chunked = reranker.prepare(query, both, { long: 'chunk', maxChunks: 300 })
    const [best] = await chunked.score()
    const { split } = createTextPieces(
      loadTokenizer(new TextDecoder().decode(tinyBundle()['tokenizer.json'])),
    )
    const pieces = [...split(far, 24)]
    expect(pieces.at(-1)).toMatch(/a buffer in a file$/)
    const summaries = pieces.map((summary) => ({ summary }))
    expect(best).toBe(Math.max(...(await reranker.score(query, summaries))))
    expect(chunked.tokens[0]).toBeGreaterThan(5 * chunked.tokens[1]!)
  })

  it('has no more tokens than are allowed to it, to the query, or to both together', async () => {
    const tokens = (options: object, titled = false) => {
      const long = titled ? { title: 'lock', summary: far } : far
      return reranker.prepare(query, [long], options).tokens[0]!
    }
    const whole = tokens({})
    // as many as the model reads, and more, change nothing
    expect(tokens({ maxPairTokens: whole })).toBe(whole)
    expect(tokens({ maxPairTokens: 10 * whole, maxQueryTokens: 10 * whole })).toBe(whole)
    for (const most of [whole - 1, whole - 7, 14])
      for (const titled of [false, true]) {
        const read = tokens({ maxPairTokens: most }, titled)
        const possible = Math.min(most, tokens({}, titled))
        expect(read).toBeLessThanOrEqual(possible)
        // cuts fall between words, which have three tokens at most here
        expect(read).toBeGreaterThan(possible - 4)
      }
    // the first words of the query, and of the document what it has then
    const [one, two] = [
      tokens({ maxQueryTokens: 2, maxTokens: 3 }),
      tokens({ maxQueryTokens: 1, maxTokens: 3 }),
    ]
    expect(one - two).toBe(1)
    expect(await reranker.score(query, [far], { maxQueryTokens: 2 })).toEqual(
      await reranker.score('a buffer', [far]),
    )
  })

  it('has all positions next to the query where it is a plain text, those of a summary where it is one', async () => {
    const { maxLength, maxSummary } = reranker.config.disranker.encoding
    const [text, summary] = reranker.prepare(query, [far, { summary: far }]).tokens
    expect(text).toBe(maxLength)
    expect(summary).toBeLessThan(maxLength)
    const beginning = far.split(' ').slice(0, maxSummary).join(' ')
    const [all, cut, short] = await reranker.score(query, [far, { summary: far }, { summary: beginning }])
    expect(cut).toBe(short)
    expect(all).not.toBe(cut)
    // what fits is read alike, whichever it is
    const [one, other] = await reranker.score(query, ['a lock in a file', { summary: 'a lock in a file' }])
    expect(one).toBe(other)
    // and refused where it must be read whole, as soon as it does not fit
    const words = (count: number) => far.split(' ').slice(0, count).join(' ')
    const fits = (count: number, plain: boolean) => {
      try {
        reranker.prepare(query, [plain ? words(count) : { summary: words(count) }], { whole: true })
        return true
      } catch {
        return false
      }
    }
    const most = (plain: boolean) => [...Array(maxLength).keys()].findLast((count) => fits(count, plain))!
    expect(most(true)).toBeGreaterThan(most(false))
    expect(most(false)).toBeLessThanOrEqual(maxSummary)
  })

  it('is read no further than maxChunks pieces, and a short one as it is', async () => {
    const tokens = (maxChunks: number) =>
      reranker.prepare(query, [far], { long: 'chunk', maxChunks }).tokens[0]!
    expect(tokens(2)).toBeGreaterThan(tokens(1))
    expect(tokens(4)).toBeGreaterThan(tokens(2))
    const [short, same] = await Promise.all(
      (['truncate', 'chunk'] as const).map((long) => reranker.rank(query, documents.slice(0, 4), { long })),
    )
    expect(short).toEqual(same)
  })
})
