// A folder in the hub's format, whole and damaged: a correct one is read, and a damaged one is refused with one sentence.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { goldenDecoders } from '../../testing/golden-decoders.ts'
import { writeTinyCheckpoint } from '../../testing/tiny-checkpoint.ts'
import type { DecoderConfig } from '../architectures.ts'
import { createDecoder } from '../decoder/decoder.ts'
import { packBatch } from '../token-batch.ts'
import { readModelFolder } from './model-folder.ts'

const golden = goldenDecoders().find(({ name }) => name === 'qwen2')!
// a language model as it is published: without a ranking head
const published = new Map([...golden.tensors].filter(([name]) => name !== 'score.weight'))
let folder: string
beforeAll(() => openBackend('cpu'))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (part: Partial<Parameters<typeof writeTinyCheckpoint>[1]> = {}) =>
  writeTinyCheckpoint(folder, { config: golden.config, tensors: published, ...part })
const open = () => {
  const { config, tensors } = readModelFolder<DecoderConfig>(folder)
  return createDecoder(config, { tensors })
}
/** What opening the folder says; it must be one sentence or two. */
function complaint(): string {
  try {
    open().dispose()
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  return expect.fail('nothing was wrong')
}

/** Largest difference to the reference's logits of the first row. */
function difference(): number {
  const decoder = open()
  expect(decoder.fresh).toEqual(['score.weight'])
  const ids = golden.rows[0]!
  const batch = packBatch([{ ids, typeIds: ids.map(() => 0) }])
  const got = tf.tidy(() => decoder.logits(batch, Int32Array.from(ids.keys())).arraySync())
  decoder.dispose()
  return Math.max(...golden.logits[0]!.flatMap((row, i) => row.map((x, j) => Math.abs(x - got[i]![j]!))))
}

describe('is read', () => {
  test.each([1, 3])('in %i files', (shards) => {
    write({ shards })
    expect(difference()).toBeLessThan(1e-4)
  })

  test.each(['BF16', 'F16'] as const)('in %s', (type) => {
    write({ type, shards: 2 })
    const values = (name: string) => readModelFolder<DecoderConfig>(folder).tensors.get(name)!
    const wanted = published.get('model.embed_tokens.weight')!.data
    for (const [i, x] of values('model.embed_tokens.weight').data.entries())
      expect(Math.abs(x - wanted[i]!)).toBeLessThanOrEqual(Math.abs(wanted[i]!) / 250 + 1e-4)
    expect(difference()).toBeLessThan(0.5)
  })

  test('with the tensors of the base model, without the prefix of the class', () => {
    write({ tensors: new Map([...published].map(([name, x]) => [name.replace('model.', ''), x])) })
    expect(difference()).toBeLessThan(1e-4)
  })

  test('values are read when they are asked for, and a tied output that is stored again goes unread', () => {
    const tensors = new Map(published).set('lm_head.weight', published.get('model.embed_tokens.weight')!)
    write({ tensors })
    const { tensors: found } = readModelFolder<DecoderConfig>(folder)
    rmSync(join(folder, 'model.safetensors'))
    expect(() => found.get('model.norm.weight')!.data).toThrow(/ENOENT/)
    write({ tensors })
    expect(found.get('model.norm.weight')!.data).toEqual(published.get('model.norm.weight')!.data)
    expect(difference()).toBeLessThan(1e-4)
  })
})

describe('is refused', () => {
  test.each<[string, object, RegExp]>([
    [
      'an unknown key',
      { logit_scale: 2 },
      /config.json \(qwen2\) has the key logit_scale: 2, which is not known/,
    ],
    [
      'a key that is cut off',
      { hidden_size: undefined },
      /\(qwen2\) has no hidden_size: wanted a whole number/,
    ],
    ['a value that is not built', { hidden_act: 'relu' }, /has hidden_act "relu"; only "silu" is built/],
    [
      'another scaling of positions',
      { rope_scaling: { type: 'yarn', factor: 4 } },
      /"linear" and "llama3" are built/,
    ],
    [
      'another architecture',
      { model_type: 'mamba' },
      /model_type "mamba"; wanted one of llama, mistral, qwen2/,
    ],
    ['heads that do not fit', { num_key_value_heads: 3 }, /num_key_value_heads 3 and head_dim 6 do not fit/],
    [
      'too few layer types',
      { use_sliding_window: true, layer_types: ['full_attention'] },
      /1 layer_types for num_hidden_layers 2/,
    ],
  ])('%s', (_what, part, message) => {
    write({ config: { ...golden.config, ...part } })
    expect(complaint()).toMatch(message)
  })

  test('a missing, an extra, a misshapen tensor', () => {
    const without = new Map(published)
    without.delete('model.layers.1.self_attn.q_proj.bias')
    write({ tensors: without })
    expect(complaint()).toMatch(/has no tensor model.layers.1.self_attn.q_proj.bias; a Qwen2ForSequence/)
    write({ tensors: new Map(published).set('model.extra.weight', published.get('model.norm.weight')!) })
    expect(complaint()).toMatch(/has the tensor model.extra.weight, which a Qwen2ForSequenceClassification/)
    write({
      tensors: new Map(published).set('model.norm.weight', { shape: [23], data: new Float32Array(23) }),
    })
    expect(complaint()).toMatch(/model.norm.weight has shape \[23\]; config.json wants \[24\]/)
  })

  test('a truncated file, a missing or a strange shard', () => {
    write()
    truncateSync(join(folder, 'model.safetensors'), 9000)
    expect(complaint()).toMatch(
      /model.safetensors is no whole safetensors file: it has 9000 bytes; its header/,
    )
    write({ shards: 3 })
    rmSync(join(folder, 'model-00002-of-00003.safetensors'))
    expect(complaint()).toMatch(
      /lacks model-00002-of-00003.safetensors, which model.safetensors.index.json lists/,
    )
    write({ shards: 2 })
    const first = readFileSync(join(folder, 'model-00001-of-00002.safetensors'))
    writeFileSync(join(folder, 'model-00002-of-00002.safetensors'), first)
    expect(complaint()).toMatch(
      /00002-of-00002.safetensors holds tensor \S+, for which \S+ names model-00001/,
    )
    writeFileSync(join(folder, 'model.safetensors.index.json'), '{"weight_map":{"x":"../x.safetensors"}}')
    expect(complaint()).toMatch(/has no weight_map of tensors and safetensors files in its folder/)
  })
})
