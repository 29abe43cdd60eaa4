import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BundleConfig } from './bundle.ts'
import { tinyBundle } from './fixtures/tiny-bundle.ts'
import { loadReranker } from './load-reranker.ts'
import type { RerankDocument } from './reading/reading.ts'
import type { Reranker } from './reranker.ts'
import { sha256 } from './sha256.ts'

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

describe('the analyzer that config.json names', () => {
  const named = async (analyzer: object) => {
    const bundle = tinyBundle()
    const config = JSON.parse(new TextDecoder().decode(bundle['config.json']))
    config.disranker.encoding.analyzer = analyzer
    const bytes = new TextEncoder().encode(JSON.stringify(config))
    const manifest = JSON.parse(new TextDecoder().decode(bundle['manifest.json']))
    manifest.files['config.json'] = { bytes: bytes.length, sha256: await sha256(bytes) }
    const json = new TextEncoder().encode(JSON.stringify(manifest))
    return { ...bundle, 'config.json': bytes, 'manifest.json': json }
  }

  it('says which words match; without a name they are those of models made before', async () => {
    const pair = ['many bufferlike files', { title: 'files', summary: 'many files' }] as const
    const score = async (analyzer: object) => {
      const other = await loadReranker(await named(analyzer))
      const [found] = await other.score(pair[0], [pair[1]])
      await other.dispose()
      return found
    }
    const [before] = await reranker.score(pair[0], [pair[1]])
    expect(await score({ name: 'porter' })).toBe(before)
    expect(await score({ name: 'en' })).toBe(before)
    expect(await score({ name: 'en', stopWords: ['files', 'many'] })).not.toBe(before)
  })

  it('is refused when this version does not know it', async () => {
    await expect(loadReranker(await named({ name: 'klingon' }))).rejects.toMatchObject({
      code: 'bundle',
      message: expect.stringMatching(
        /^config\.json of the bundle: analyzer\.name is "klingon".*Wanted: porter/,
      ),
    })
  })
})

describe('rank', () => {
  it('gives every document once, the best first, with the scores that score gives', async () => {
    const scores = await reranker.score(query, documents)
    const { results, tokens } = await reranker.rank(query, documents)
    expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual(documents.map((_, at) => at))
    expect(results.every(({ score }, at) => at === 0 || score <= results[at - 1]!.score)).toBe(true)
    for (const { index, score } of results) expect(score).toBe(scores[index])
    expect(new Set(scores).size).toBeGreaterThan(15)
    expect(tokens).toBeGreaterThan(25 * 8)
  })

  it('gives the best topN', async () => {
    const { results } = await reranker.rank(query, documents)
    expect((await reranker.rank(query, documents, { topN: 4 })).results).toEqual(results.slice(0, 4))
    expect((await reranker.rank(query, documents, { topN: 0 })).results).toEqual([])
    expect((await reranker.rank(query, documents, { topN: 99 })).results).toEqual(results)
  })

  it('leaves equal documents in their order', async () => {
    const same = Array.from({ length: 23 }, () => 'memory is used again')
    const { results } = await reranker.rank(query, same)
    expect(results.map(({ index }) => index)).toEqual(same.map((_, at) => at))
  })

  it('gives nothing for no documents', async () => {
    expect(await reranker.rank(query, [])).toEqual({ results: [], tokens: 0 })
  })

  it('takes a text alone for a summary', async () => {
    const [bare, record] = await reranker.score(query, ['a weak hash', { summary: 'a weak hash' }])
    expect(bare).toBe(record)
  })

  it('scores a document alone as among others', async () => {
    const among = await reranker.score(query, documents)
    for (const at of [0, 8, 24]) {
      const [alone] = await reranker.score(query, [documents[at]!])
      expect(Math.abs(alone! - among[at]!)).toBeLessThan(1e-4)
    }
  })

  it('adds the lexical score that config.json asks for to the logit', async () => {
    const bundle = tinyBundle()
    const config = JSON.parse(new TextDecoder().decode(bundle['config.json'])) as BundleConfig
    const { encoding, score } = config.disranker
    const bare = await changed(bundle, 'config.json', { ...config, disranker: { encoding } })
    const plain = await loadReranker(bare)
    const logits = await plain.score(query, documents)
    const scores = await reranker.score(query, documents)
    const encoder = createPairEncoder(
      loadTokenizer(new TextDecoder().decode(bundle['tokenizer.json'])),
      encoding,
    )
    const overlaps = documents.map((part) => encoder.encode(query, part as { title: string }).overlap)
    expect(score).toEqual({ lexicalWeight: 0.25 })
    expect(Math.max(...overlaps)).toBeGreaterThan(1)
    for (const [at, overlap] of overlaps.entries())
      expect(scores[at]).toBeCloseTo(logits[at]! + 0.25 * overlap, 5)
    await plain.dispose()
  })
})

describe('relevance', () => {
  it('is the logistic function that config.json carries', async () => {
    const bundle = tinyBundle()
    const config = JSON.parse(new TextDecoder().decode(bundle['config.json'])) as BundleConfig
    const { encoding } = config.disranker
    const disranker = { encoding, score: { relevance: { slope: 2, offset: -1 } } }
    const fitted = await loadReranker(await changed(bundle, 'config.json', { ...config, disranker }))
    expect(fitted.relevance(0.5)).toBe(0.5)
    // 2 x - 1 = ln 3
    expect(fitted.relevance((Math.log(3) + 1) / 2)).toBeCloseTo(0.75, 12)
    await fitted.dispose()
  })

  it('is the plain logistic function where the bundle has none', () => {
    expect(reranker.relevance(Math.log(3))).toBeCloseTo(0.75, 12)
  })
})

describe('calls side by side', () => {
  it('give what they give one after the other', async () => {
    const queries = ['a lock', 'a broken hash', 'a value']
    const apart: Float32Array[] = []
    for (const text of queries) apart.push(await reranker.score(text, documents))
    expect(await Promise.all(queries.map((text) => reranker.score(text, documents)))).toEqual(apart)
  })

  it('of two rerankers do not mix', async () => {
    const other = await loadReranker(tinyBundle())
    const [a, b] = await Promise.all([reranker.score(query, documents), other.score(query, documents)])
    expect(a).toEqual(b)
    await other.dispose()
    expect(await reranker.score(query, documents)).toEqual(a)
  })
})

describe('an aborted call', () => {
  it('computes nothing when it was aborted before, and rejects with the reason', async () => {
    const aborted = reranker.rank(query, documents, { signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    const reason = new Error('the caller left')
    await expect(reranker.score(query, documents, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('stops between batches, and the next call is right', async () => {
    const before = await reranker.score(query, documents)
    const stop = new AbortController()
    const many = Array.from({ length: 2000 }, (_, at) => document(at))
    const call = reranker.score(query, many, { signal: stop.signal })
    // computing must leave the event loop a turn, or nobody could ever stop it
    setTimeout(() => stop.abort(), 0)
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    expect(await reranker.score(query, documents)).toEqual(before)
  })
})

describe('bad input', () => {
  it.each([
    ['an empty query', '  ', ['one'], {}, /The query is empty/],
    ['a query that is no text', 7 as never, ['one'], {}, /The query is empty/],
    ['a document that is a number', 'q', [7 as never], {}, /Document 0 is no text/],
    ['a document that is null', 'q', ['one', null as never], {}, /Document 1 is no text/],
    ['a title that is a number', 'q', [{ title: 7 as never }], {}, /Document 0 has a title that is no text/],
    ['a topN below 0', 'q', ['one'], { topN: -1 }, /topN is -1/],
    ['half a topN', 'q', ['one'], { topN: 1.5 }, /topN is 1.5/],
  ])('%s is an input error', async (_, text, texts, options, message) => {
    await expect(reranker.rank(text, texts, options)).rejects.toMatchObject({
      name: 'RerankerError',
      code: 'input',
      message: expect.stringMatching(message),
    })
  })
})

it('keeps the heap small over long documents', async () => {
  await reranker.score(
    query,
    Array.from({ length: 500 }, (_, at) => document(at, 200)),
  )
  expect(reranker.heapBytes()).toBeGreaterThan(0)
  expect(reranker.heapBytes()).toBeLessThanOrEqual(64 * 2 ** 20)
})

it('works on after another model has failed on the same runtime', async () => {
  const scores = await reranker.score(query, documents)
  // a word whose token has no row in the embedding
  const tokenizer = JSON.parse(new TextDecoder().decode(tinyBundle()['tokenizer.json']))
  tokenizer.model.vocab.lock = 1_000_000
  const other = await changed(tinyBundle(), 'tokenizer.json', tokenizer)
  // one that says so is refused when it is loaded
  await expect(loadReranker(other)).rejects.toMatchObject({
    code: 'bundle',
    message: expect.stringContaining('has ids up to 1000000, and the model has embeddings for 300'),
  })
  const config = JSON.parse(new TextDecoder().decode(other['config.json']))
  const lying = await changed(other, 'config.json', { ...config, vocab_size: 1_000_001 })
  const failing = await loadReranker(lying, { engine: 'onnxruntime' })
  for (let time = 0; time < 2; time++)
    await expect(failing.score(query, ['a lock'])).rejects.toMatchObject({ code: 'runtime' })
  await failing.dispose()
  expect(await reranker.score(query, documents)).toEqual(scores)
  const fresh = await loadReranker(tinyBundle())
  expect(await fresh.score(query, documents)).toEqual(scores)
  await fresh.dispose()
})

it('refuses work after dispose, also what is under way', async () => {
  const own = await loadReranker(tinyBundle())
  const call = own.score(query, documents)
  await Promise.all([own.dispose(), own.dispose()])
  await expect(call).rejects.toMatchObject({ code: 'disposed' })
  await expect(own.score(query, documents)).rejects.toMatchObject({ code: 'disposed' })
  expect(await reranker.score(query, documents)).toHaveLength(documents.length)
})

/** A bundle with another file of JSON, and the manifest to match. */
async function changed(bundle: Record<string, Uint8Array>, name: string, content: unknown) {
  const bytes = new TextEncoder().encode(JSON.stringify(content))
  const manifest = JSON.parse(new TextDecoder().decode(bundle['manifest.json']))
  manifest.files[name] = { bytes: bytes.length, sha256: await sha256(bytes) }
  return { ...bundle, [name]: bytes, 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) }
}
