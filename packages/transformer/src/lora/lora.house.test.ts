// Low-rank adapters: against adapters that the peft package made, and how they train.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkWeightGradients } from '../../testing/check-weight-gradients.ts'
import { goldenDecoders } from '../../testing/golden-decoders.ts'
import { createDecoder } from '../decoder/decoder.ts'
import { readSafetensors } from '../tensors/safetensors.ts'
import { packBatch } from '../token-batch.ts'
import { lazyTensorsOf, tensorsOf } from '../weights.ts'
import { mergeAdapter, readAdapter, writeAdapter } from './peft-folder.ts'

const goldens = new Map(goldenDecoders().map((golden) => [golden.name, golden]))
const { config, tensors, rows } = goldens.get('smollm2')!
const textOf = (ids: readonly number[]) => ({
  ids: Int32Array.from(ids),
  typeIds: new Int32Array(ids.length),
})
const texts = rows.map(textOf)
// made once by the peft of the version that expected.json names, on the golden decoder smollm2
const golden = (name: string) => fileURLToPath(new URL(`../../testing/peft-goldens/${name}`, import.meta.url))
const expected = (name: string) => JSON.parse(readFileSync(join(golden(name), 'expected.json'), 'utf8'))
const lora = { rank: 3, alpha: 5, targets: ['q_proj', 'down_proj'] }
const trains = (name: string) => name === 'score.weight'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'lora-'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('adapters of peft', () => {
  beforeAll(() => openBackend('wasm'))

  test('with a ranking head: the scores of the reference', () => {
    const decoder = createDecoder(config, { tensors: mergeAdapter(tensors, readAdapter(golden('ranker'))) })
    for (const [row, wanted] of expected('ranker').scores.entries())
      expect(tf.tidy(() => decoder.score(packBatch([texts[row]!])).arraySync())[0]).toBeCloseTo(wanted, 4)
    decoder.dispose()
  })

  test('of a language model, rank-stabilised, with ranks by pattern: the logits of the reference', () => {
    const decoder = createDecoder(config, { tensors: mergeAdapter(tensors, readAdapter(golden('language'))) })
    for (const [row, wanted] of expected('language').logits.entries()) {
      const positions = Int32Array.of(rows[row]!.length - 2, rows[row]!.length - 1)
      const got = tf.tidy(() => decoder.logits(packBatch([texts[row]!]), positions).arraySync())
      for (const [position, logits] of (wanted as number[][]).entries())
        for (const [token, logit] of logits.entries())
          expect(Math.abs(got[position]![token]! - logit)).toBeLessThan(2e-4)
    }
    decoder.dispose()
  })

  test('what is written says the same in the same words, and reads back', () => {
    const file = join(golden('ranker'), 'adapter_model.safetensors')
    const own = new Map([...readSafetensors(file)].map(([name, tensor]) => [name.slice(17), tensor]))
    writeAdapter(home, { lora: { ...lora, dropout: 0.1 }, tensors: own, base: 'tiny', task: 'SEQ_CLS' })
    expect(readSafetensors(join(home, 'adapter_model.safetensors'))).toEqual(readSafetensors(file))
    expect(readAdapter(home)).toEqual(readAdapter(golden('ranker')))
    const config = (folder: string) => JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8'))
    const { base_model_name_or_path: _, target_modules: __, modules_to_save: ___, ...shared } = config(home)
    expect(config(golden('ranker'))).toMatchObject(shared)
  })

  test('what is not built is refused by its name', () => {
    const file = join(home, 'adapter_config.json')
    const config = JSON.parse(readFileSync(file, 'utf8'))
    const refused = (part: object) => {
      writeFileSync(file, JSON.stringify({ ...config, ...part }))
      return expect(() => readAdapter(home))
    }
    refused({ use_dora: true }).toThrow(/use_dora, which is not built here/)
    refused({ peft_type: 'IA3' }).toThrow(/peft_type: only LORA is built/)
    refused({ bias: 'all' }).toThrow(/bias: only "none" is built/)
    writeFileSync(file, JSON.stringify(config))
    const other = new Map([...tensors].filter(([name]) => !name.includes('layers.1.mlp.down_proj')))
    expect(() => mergeAdapter(other, readAdapter(home))).toThrow(
      /changes model.layers.1.mlp.down_proj.weight/,
    )
    expect(() => readAdapter(join(home, 'none'))).toThrow(/adapter_config.json is missing/)
  })
})

test('new adapters change nothing; only they and what is named train', async () => {
  await openBackend('wasm')
  const [plain, adapted] = [
    createDecoder(config, { tensors }),
    createDecoder(config, { tensors }, { trains, lora }),
  ]
  const scores = (decoder: typeof plain) => tf.tidy(() => decoder.score(packBatch(texts)).dataSync().slice())
  expect(scores(adapted)).toEqual(scores(plain))
  expect([...adapted.weights.keys()].sort()).toEqual(
    [
      ...[0, 1].flatMap((layer) =>
        ['self_attn.q_proj', 'mlp.down_proj'].flatMap((part) =>
          ['A', 'B'].map((thin) => `model.layers.${layer}.${part}.lora_${thin}.weight`),
        ),
      ),
      'score.weight',
    ].sort(),
  )
  plain.dispose()
  adapted.dispose()
  expect(() => createDecoder(config, { tensors }, { lora: { ...lora, targets: ['query'] } })).toThrow(
    /names "query".*Its matrices: q_proj, k_proj/,
  )
})

/** The adapters of a decoder no longer at zero. */
function moved(decoder: ReturnType<typeof createDecoder>) {
  for (const [name, weight] of decoder.weights)
    if (name.includes('lora_B'))
      tf.tidy(() => weight.assign(tf.reshape(tf.mul(tf.cos(tf.range(0, weight.size)), 0.2), weight.shape)))
  return decoder
}

test('the gradient of every adapter and of the head is that of finite differences', async () => {
  await openBackend('cpu')
  const decoder = moved(createDecoder(config, { tensors }, { trains, lora: { ...lora, dropout: 0.3 } }))
  for (const noise of [undefined, 7]) {
    const batch = { ...packBatch(texts), noise }
    checkWeightGradients(decoder.weights, () => tf.sum(tf.mul(decoder.score(batch), [1, -0.5])))
    const targets = batch.ids.map((id, at) => (at % 8 < 4 ? id : -1))
    checkWeightGradients(decoder.weights, () => decoder.languageLoss(batch, targets), ['score.weight'])
  }
  decoder.dispose()
})

test('recomputed layers give the same gradients to the bit, dropout included', async () => {
  await openBackend('wasm')
  const batch = { ...packBatch(texts), noise: 3 }
  const measure = (recompute: boolean) => {
    const decoder = moved(
      createDecoder(config, { tensors }, { trains, lora: { ...lora, dropout: 0.3 }, recompute }),
    )
    const { value, grads } = tf.variableGrads(
      () => decoder.languageLoss(batch, batch.ids),
      [...decoder.weights.values()],
    )
    const numbers = [...decoder.weights].map(([name, { name: inner }]) => [
      name,
      grads[inner]?.dataSync().slice(),
    ])
    const loss = value.arraySync()
    tf.dispose([value, ...Object.values(grads)])
    decoder.dispose()
    return { loss, numbers }
  }
  const before = tf.memory().numTensors
  expect(measure(true)).toEqual(measure(false))
  expect(tf.memory().numTensors).toBe(before)
})

test('a head over the mean of all states: its value, and gradients as finite differences have them', async () => {
  await openBackend('cpu')
  const decoder = createDecoder(config, { tensors }, { pooling: 'mean' })
  const batch = packBatch(texts)
  const last = createDecoder(config, { tensors })
  // the mean of the scores of all beginnings: the head is linear and no token sees those behind it
  const ids = rows[0]!
  const beginnings = packBatch(ids.map((_, end) => textOf(ids.slice(0, end + 1))))
  const wanted = Number(tf.tidy(() => tf.mean(last.score(beginnings)).arraySync()))
  expect(tf.tidy(() => decoder.score(packBatch([texts[0]!])).arraySync())[0]).toBeCloseTo(wanted, 4)
  checkWeightGradients(decoder.weights, () => tf.sum(tf.mul(decoder.score(batch), [1, -0.5])))
  decoder.dispose()
  last.dispose()
})

test('merged on the way out: an ordinary checkpoint that scores the same', async () => {
  await openBackend('wasm')
  const decoder = moved(createDecoder(config, { tensors }, { trains, lora }))
  const stored = lazyTensorsOf(decoder.parameters)
  expect([...stored.keys()]).toEqual([...decoder.parameters.keys()])
  const plain = createDecoder(config, { tensors: stored })
  const [wanted, got] = [decoder, plain].map((one) =>
    tf.tidy(() => one.score(packBatch(texts)).dataSync().slice()),
  )
  for (const [i, score] of got!.entries()) expect(score).toBeCloseTo(wanted![i]!, 4)
  // and as an adapter of peft next to the checkpoint
  writeAdapter(home, { lora, tensors: tensorsOf(decoder.weights), base: 'tiny', task: 'SEQ_CLS' })
  const merged = createDecoder(config, { tensors: mergeAdapter(tensors, readAdapter(home)) })
  const again = tf.tidy(() => merged.score(packBatch(texts)).dataSync())
  for (const [i, score] of again.entries()) expect(score).toBeCloseTo(wanted![i]!, 4)
  for (const one of [decoder, plain, merged]) one.dispose()
})
