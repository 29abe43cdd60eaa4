// A decoder that embeds texts, in the forms in which they are published: with sentence-transformers' files and a template that ends a text
// (Qwen3-Embedding), and as a language model that says no more than its eos_token_id (SmolLM2). That a state is the reference's is
// tested where the decoders are.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { loadTokenizer, trainBytePairs } from '@disranker/tokenizer'
import { createDecoder, type DecoderConfig, packBatch, tensorsOf } from '@disranker/transformer'
import { writeTinyCheckpoint } from '@disranker/transformer/testing/tiny-checkpoint'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PAIRS } from '../../testing/contract.ts'
import { textOf } from '../scorer.ts'
import { openTextEncoder } from './text-encoder.ts'

const lengths = { query: 12, document: 20 }
const END = '<|endoftext|>'
const texts = PAIRS.flatMap(({ query, document }) => [query, textOf(document)])
const tokenizer = trainBytePairs(texts, {
  ...{ vocabSize: 300, minFrequency: 1, specialTokens: ['<|im_end|>', END] },
})
const sizes = {
  ...{ hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1 },
  ...{ intermediate_size: 32, hidden_act: 'silu', rms_norm_eps: 1e-6, tie_word_embeddings: true },
  ...{ max_position_embeddings: 64, vocab_size: 300 },
}
/** `eos_token_id` of an instructed Qwen ends a turn; its texts end with another token */
const qwen = {
  ...{ model_type: 'qwen3', head_dim: 8, rope_theta: 1e6, eos_token_id: 0, ...sizes },
  architectures: ['Qwen3ForCausalLM'],
} as unknown as DecoderConfig
const llama = {
  ...{ model_type: 'llama', rope_theta: 1e5, eos_token_id: 0, ...sizes },
  architectures: ['LlamaForCausalLM'],
} as unknown as DecoderConfig

let home: string
beforeAll(async () => {
  await openBackend('wasm', {})
  home = mkdtempSync(join(tmpdir(), 'decoder-texts-'))
})
afterAll(() => rmSync(home, { recursive: true }))

/** Writes a decoder without the prefix `model.`, as AutoModel saves one, and gives the unit state of some ids. */
function write(folder: string, config: DecoderConfig, json: object): (ids: readonly number[]) => number[] {
  const decoder = createDecoder(config, { seed: 4 })
  const tensors = new Map(
    [...tensorsOf(decoder.weights)]
      .filter(([name]) => name !== 'score.weight')
      .map(([name, tensor]) => [name.replace(/^model\./, ''), tensor]),
  )
  writeTinyCheckpoint(folder, { config, tensors, tokenizer: JSON.stringify(json) })
  return (ids) => {
    const state = tf.tidy(() => decoder.embed(packBatch([{ ids, typeIds: ids.map(() => 0) }])).dataSync())
    const length = Math.hypot(...state)
    return Array.from(state, (value) => value / length)
  }
}

const expectClose = (got: Float32Array, wanted: readonly number[]) => {
  expect(got.length).toBe(wanted.length)
  for (const [at, value] of wanted.entries()) expect(got[at]).toBeCloseTo(value, 4)
}

it('takes the last token of an embedding model, with its own end and a prompt for each side', () => {
  const folder = join(home, 'qwen')
  const special = (id: number) => ({ SpecialToken: { id: END, type_id: id } })
  const [a, b] = ['A', 'B'].map((id) => ({ Sequence: { id, type_id: 0 } }))
  const template = {
    ...{ type: 'TemplateProcessing', single: [a, special(0)], pair: [a, special(0), b, special(0)] },
    special_tokens: { [END]: { id: END, ids: [1], tokens: [END] } },
  }
  const state = write(folder, qwen, { ...tokenizer, post_processor: template })
  mkdirSync(join(folder, '1_Pooling'))
  const say = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content))
  say('1_Pooling/config.json', { word_embedding_dimension: 16, pooling_mode_lasttoken: true })
  const prompts = { query: 'Instruct: find\nQuery:', document: '' }
  say('config_sentence_transformers.json', { prompts, default_prompt_name: null })
  const encoder = openTextEncoder(folder, { lengths })
  expect(encoder.reading).toEqual({
    ...{ lengths, pooling: 'last', prefixes: prompts, around: { start: [], end: [END] } },
  })
  const { encode } = loadTokenizer(JSON.stringify(tokenizer))
  const [query] = encoder.embed('query', ['rain coat'])
  expectClose(query!, state([...encode('Instruct: find\nQuery:rain coat').slice(0, 11), 1]))
  const long = 'warm and light rain coats for long walks, in all sizes and colours that there are'
  const embedded = encoder.embed('document', ['coat', long])
  expectClose(embedded[0]!, state([...encode('coat'), 1]))
  // a text that is too long ends with the token all the same
  expect(encode(long).length).toBeGreaterThan(20)
  expectClose(embedded[1]!, state([...encode(long).slice(0, 19), 1]))
  encoder.close()
})

it('ends the text of a language model with its eos_token_id, and can take the mean', () => {
  const folder = join(home, 'llama')
  const state = write(folder, llama, tokenizer)
  const encoder = openTextEncoder(folder, { lengths })
  expect([encoder.reading.pooling, encoder.reading.around.end]).toEqual(['last', ['<|im_end|>']])
  const { encode } = loadTokenizer(JSON.stringify(tokenizer))
  expectClose(encoder.embed('query', ['coat'])[0]!, state([...encode('coat'), 0]))
  encoder.close()
  const mean = openTextEncoder(folder, { lengths, pooling: 'mean' })
  // of one token the mean is its own state, and a text has one more
  expect(mean.embed('query', ['coat'])[0]![0]).not.toBeCloseTo(state([...encode('coat'), 0])[0]!, 4)
  mean.close()
})

it('refuses what is not built, and leaves no tensor over', () => {
  const folder = join(home, 'llama')
  const before = tf.memory().numTensors
  expect(() => openTextEncoder(folder, { lengths, pooling: 'cls' })).toThrow(
    /is llama, and shall be pooled by "cls"\. Wanted: last or mean/,
  )
  expect(() => openTextEncoder(folder, { lengths: { query: 12, document: 65 } })).toThrow(/reads 64 tokens/)
  expect(tf.memory().numTensors).toBe(before)
})
