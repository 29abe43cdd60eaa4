// Every decoder on the list against the reference implementation, and its gradients against finite differences.
import { openBackend } from '@disranker/engine'
import { everyBackend } from '@disranker/engine/testing/contract'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkWeightGradients } from '../../testing/check-weight-gradients.ts'
import { goldenDecoders } from '../../testing/golden-decoders.ts'
import { decoders } from '../architectures.ts'
import { lastOf, packBatch, startsOf } from '../token-batch.ts'
import { lazyTensorsOf } from '../weights.ts'
import { createDecoder } from './decoder.ts'

const goldens = goldenDecoders()

test('every decoder on the list has a golden file that names its reference', () => {
  const covered = new Set(goldens.map(({ config }) => config.model_type))
  expect(decoders.map(({ modelType }) => modelType).filter((type) => !covered.has(type as 'llama'))).toEqual(
    [],
  )
  for (const { reference } of goldens) expect(reference).toMatch(/^transformers \d+\.\d+/)
})

describe.each(goldens.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
  const { config, tensors, rows } = golden
  const texts = rows.map((ids) => ({ ids, typeIds: ids.map(() => 0) }))

  describe.each(everyBackend)('%s', (backend) => {
    beforeAll(async () => {
      await openBackend(backend)
    })

    test('logits of every position are those of the reference within 1e-4', () => {
      const decoder = createDecoder(config, { tensors })
      const batch = packBatch(texts)
      const starts = startsOf(batch)
      for (const [row, positions] of golden.logits.entries()) {
        const numbers = Int32Array.from(positions, (_, column) => starts[row]! + column)
        const got = tf.tidy(() => decoder.logits(batch, numbers).arraySync())
        for (const [position, wanted] of positions.entries())
          for (const [token, logit] of wanted.entries())
            expect(
              Math.abs(got[position]![token]! - logit),
              `row ${row}, position ${position}, token ${token}: ${got[position]![token]} for ${logit}`,
            ).toBeLessThan(1e-4)
      }
      decoder.dispose()
    })
  })

  test("a text's state is the one that the reference's logits of its last token are made of", async () => {
    await openBackend('wasm')
    // frozen, as a sentence encoder is read
    const decoder = createDecoder(config, { tensors }, { trains: () => false })
    const { tie_word_embeddings: tied } = config as { tie_word_embeddings?: boolean }
    const output = tensors.get(tied === false ? 'lm_head.weight' : 'model.embed_tokens.weight')!
    const D = config.hidden_size
    const states = tf.tidy(() => decoder.embed(packBatch(texts)).dataSync<'float32'>())
    for (const [row, positions] of golden.logits.entries())
      for (const [token, logit] of positions.at(-1)!.entries()) {
        let made = 0
        for (let at = 0; at < D; at++) made += states[row * D + at]! * output.data[token * D + at]!
        expect(Math.abs(made - logit), `row ${row}, token ${token}`).toBeLessThan(1e-4)
      }
    decoder.dispose()
  })

  test('the last positions alone, whose queries alone are computed, are what they are among others', async () => {
    await openBackend('wasm')
    const decoder = createDecoder(config, { tensors })
    const batch = packBatch(texts)
    const last = lastOf(batch)
    const [alone, all] = [last, Int32Array.of(0, ...last)].map((positions) =>
      tf.tidy(() =>
        decoder
          .logits(batch, positions)
          .dataSync<'float32'>()
          .slice(-last.length * config.vocab_size),
      ),
    )
    for (const [i, logit] of all!.entries()) expect(alone![i]).toBeCloseTo(logit, 4)
    decoder.dispose()
  })

  test('with all but the last layer frozen: the same loss, the same gradients of what trains', async () => {
    await openBackend('wasm')
    const last = config.num_hidden_layers! - 1
    const trains = (name: string) => name.includes(`layers.${last}.`) || name === 'model.norm.weight'
    const batch = packBatch(texts)
    const targets = batch.ids.map((id, at) => (at < 5 ? id : -1))
    const measured = [undefined, trains].map((trains) => {
      const decoder = createDecoder(config, { tensors }, { trains })
      const before = tf.memory().numTensors
      let kept = 0
      const { value, grads } = tf.variableGrads(() => {
        const loss = decoder.languageLoss(batch, targets)
        kept = tf.memory().numTensors - before
        return loss
      }, [...decoder.weights.values()])
      const numbers = new Map(
        [...decoder.weights].map(([name, { name: inner }]) => [name, grads[inner]?.dataSync()]),
      )
      const loss = value.arraySync()
      const stored = lazyTensorsOf(decoder.parameters)
      expect([...stored.keys()]).toEqual([...decoder.parameters.keys()])
      for (const [name, { data }] of stored) expect(data, name).toEqual(tensors.get(name)!.data)
      tf.dispose([value, ...Object.values(grads)])
      decoder.dispose()
      return { loss, numbers, kept }
    })
    const [all, part] = measured as [(typeof measured)[0], (typeof measured)[0]]
    expect(part.loss).toBeCloseTo(all.loss, 5)
    // what the frozen layers compute is not kept for the way back
    expect(part.kept).toBeLessThan(0.75 * all.kept)
    expect(part.numbers.size).toBeGreaterThan(5)
    for (const [name, numbers] of part.numbers) {
      expect(trains(name), name).toBe(true)
      for (const [i, x] of (numbers ?? []).entries())
        expect(x, name).toBeCloseTo(all.numbers.get(name)![i]!, 4)
    }
  })

  test('the gradient of every weight is that of finite differences', async () => {
    await openBackend('cpu')
    const decoder = createDecoder(config, { tensors })
    const batch = packBatch([{ ids: [1, 5, 17, 3, 29, 8], typeIds: [0, 0, 0, 0, 0, 0] }], 1)
    const targets = Int32Array.of(5, 17, -1, 29, 8, 2)
    checkWeightGradients(decoder.weights, () => decoder.languageLoss(batch, targets), ['score.weight'])
    decoder.dispose()
  })
})
