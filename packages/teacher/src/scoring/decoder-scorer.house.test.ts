import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { textOf } from '@disranker/scorers'
import { keepsTheContract, PAIRS } from '@disranker/scorers/testing/contract'
import { createPairEncoder, learnVocabulary } from '@disranker/tokenizer'
import { createDecoder } from '@disranker/transformer'
import { afterAll, expect, test, vi } from 'vitest'
import { readTeacher, type Teacher, writeTeacher } from '../training/teacher-folder.ts'
import { decoderScorer, manyPairsScorer } from './decoder-scorer.ts'

const home = mkdtempSync(join(tmpdir(), 'decoder-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

async function createTeacher(): Promise<Teacher> {
  await openBackend('wasm', {})
  const documents = PAIRS.map(({ document }) => document)
  const queries = PAIRS.map(({ query, document }) => `${query} ${textOf(document)}`)
  const lengths = { maxLength: 48, maxQuery: 10, maxTitle: 10, maxSummary: 20 }
  const exactMatch = { levels: [0.5, 2] as const, k1: 1.2, b: 0.75, buckets: 4, bucketWidth: 2 }
  const { json, tokenizer, encoding } = learnVocabulary(documents, queries, {
    form: 'llama',
    size: 300,
    ...lengths,
    exactMatch,
  })
  const encoder = createPairEncoder(tokenizer, encoding)
  const config = {
    model_type: 'llama' as const,
    ...{ vocab_size: tokenizer.vocabSize, type_vocab_size: encoder.typeVocabSize },
    ...{ max_position_embeddings: 48, hidden_size: 16, num_hidden_layers: 1, intermediate_size: 32 },
    ...{ num_attention_heads: 2, num_key_value_heads: 1, rms_norm_eps: 1e-5, rope_theta: 10_000 },
    ...{ tie_word_embeddings: true, initialization: 'scaled' as const },
    disranker: { encoding },
  }
  const decoder = createDecoder(config, { seed: 3 })
  writeTeacher(home, { decoder, config, tokenizer: json, task: 'SEQ_CLS', base: '.' })
  return { ...readTeacher(home), decoder }
}

keepsTheContract('a decoder', {
  async open() {
    const { decoder, encoder } = await createTeacher()
    return decoderScorer(decoder, encoder, 1024)
  },
})

keepsTheContract('a decoder in threads', {
  async open() {
    vi.stubEnv('DISRANKER_THREADS', '2')
    const scorer = manyPairsScorer(
      await createTeacher(),
      { folder: home, tokensPerBatch: 1024 },
      2000,
      new AbortController().signal,
    )
    expect(scorer.ahead).toBe(true)
    return scorer
  },
})

test('threads give the bits of one network, whatever the other pairs are', async () => {
  vi.stubEnv('DISRANKER_THREADS', '3')
  const teacher = await createTeacher()
  const options = { folder: home, tokensPerBatch: 1024 }
  const { signal } = new AbortController()
  // 600 pairs: three questions
  const pairs = Array.from({ length: 600 }, (_, at) => PAIRS[at % PAIRS.length]!)
  const alone = manyPairsScorer(teacher, options, 1999, signal)
  expect(alone.ahead).toBeUndefined()
  const expected = await alone.score(pairs)
  const singly = await Promise.all(PAIRS.map(async (pair) => (await alone.score([pair]))[0]))
  const threads = manyPairsScorer(teacher, options, 2000, signal)
  try {
    expect(await threads.score(pairs)).toEqual(expected)
    expect(Array.from(expected).slice(0, PAIRS.length)).toEqual(singly)
  } finally {
    threads.close()
  }
})

test('threads that are stopped in the middle of a product end by themselves', async () => {
  vi.stubEnv('DISRANKER_THREADS', '2')
  const pairs = Array.from({ length: 20_000 }, (_, at) => PAIRS[at % PAIRS.length]!)
  for (const milliseconds of [0, 900, 1300]) {
    const stop = new AbortController()
    const scorer = manyPairsScorer(
      await createTeacher(),
      { folder: home, tokensPerBatch: 1024 },
      pairs.length,
      stop.signal,
    )
    const scored = scorer.score(pairs)
    setTimeout(() => stop.abort(new Error('enough')), milliseconds)
    await expect(scored).rejects.toThrow('enough')
    await scorer.close()
  }
})
