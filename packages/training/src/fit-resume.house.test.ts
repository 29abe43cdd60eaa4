// A resumed run ends with the same bits: on a network with everything in it, on the backends with and without fused updates.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { everyBackend } from '@disranker/engine/testing/contract'
import {
  createEncoder,
  packBatch,
  readSafetensorsWithMetadata,
  type TokenBatch,
  tensorsOf,
} from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FitOptions, fit } from './fit.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const recipe = {
  schedule: { shape: 'linear', peak: 0.02, warmup: 0.25 },
  optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clip: 1 },
  seed: 5,
} as const satisfies Partial<FitOptions<never>>

const scoreOfOne = (encoder: ReturnType<typeof createEncoder>) =>
  tf.tidy(() => encoder.score(packBatch([{ ids: [1, 5, 3], typeIds: [0, 0, 0] }])).dataSync()[0]!)

describe.each(everyBackend)('a run that goes on, on %s', (backend) => {
  beforeAll(() => openBackend(backend))

  /** Trains a new tiny BERT to score texts by their second token. */
  async function train(
    options: Partial<FitOptions<TokenBatch>>,
    evaluation?: Omit<NonNullable<FitOptions<never>['evaluation']>, 'measure'>,
  ) {
    const encoder = createEncoder(
      {
        model_type: 'bert',
        vocab_size: 9,
        hidden_size: 8,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        intermediate_size: 12,
        max_position_embeddings: 8,
        type_vocab_size: 1,
        layer_norm_eps: 1e-6,
        hidden_act: 'gelu',
        initialization: 'scaled',
      },
      { seed: 2 },
    )
    try {
      const { history } = await fit<TokenBatch>({
        ...recipe,
        weights: encoder.weights,
        steps: 8,
        accumulate: 2,
        batch: (_, random) =>
          packBatch([0, 1, 2].map(() => ({ ids: [1, 2 + random.integer(7), 3], typeIds: [0, 0, 0] }))),
        loss: (batch) => {
          const wanted = [0, 1, 2].map((row) => batch.ids[3 * row + 1]! / 9)
          return tf.mean(tf.square(tf.sub(encoder.score(batch), tf.tensor1d(wanted))))
        },
        ...options,
        ...(evaluation && {
          // best somewhere on the way
          evaluation: { ...evaluation, measure: () => ({ quality: -Math.abs(scoreOfOne(encoder) - 0.35) }) },
        }),
      })
      return { history, weights: tensorsOf(encoder.weights) }
    } finally {
      encoder.dispose()
    }
  }

  test('killed between two checkpoints: same weights, same history', async () => {
    const whole = await train({})
    const checkpoint = { folder, every: 3 }
    const kill = new Error('killed')
    const onStep = ({ step }: { step: number }) => {
      if (step === 5) throw kill
    }
    await expect(train({ checkpoint, onStep })).rejects.toBe(kill)
    // what a kill in the middle of writing leaves
    writeFileSync(join(folder, 'checkpoint.safetensors.part'), 'half')
    const steps: number[] = []
    const resumed = await train({ checkpoint, onStep: ({ step }) => steps.push(step) })
    expect(steps).toEqual([4, 5, 6, 7, 8])
    expect(resumed).toEqual(whole)
    expect(whole.history.at(-1)!.loss).toBeLessThan(whole.history[0]!.loss)
  })

  test('killed between two measurements: the same best weights, the same files', async () => {
    const kept = (name: string) => ({ every: 2, keep: 2, folder: join(folder, name) })
    const whole = await train({ checkpoint: { folder: join(folder, 'a'), every: 100 } }, kept('whole'))
    const checkpoint = { folder: join(folder, 'b'), every: 3 }
    for (const at of [1, 5, 7]) {
      const kill = new Error('killed')
      const onStep = ({ step }: { step: number }) => {
        if (step === at) throw kill
      }
      await expect(train({ checkpoint, onStep }, kept('killed'))).rejects.toBe(kill)
    }
    expect(await train({ checkpoint }, kept('killed'))).toEqual(whole)
    expect(whole.history.filter(({ measured }) => measured).map(({ step }) => step)).toEqual([2, 4, 6, 8])
    const files = readdirSync(join(folder, 'whole')).sort()
    expect(readdirSync(join(folder, 'killed')).sort()).toEqual(files)
    for (const file of files)
      expect(
        readFileSync(join(folder, 'killed', file)).equals(readFileSync(join(folder, 'whole', file))),
      ).toBe(true)
    // the weights are those of the best measurement, which the model still has
    const measured = whole.history.flatMap(({ step, measured }) => (measured ? [{ step, ...measured }] : []))
    const best = measured.sort((a, b) => b.quality - a.quality)[0]!
    expect(files).toContain(`step-${best.step}.safetensors`)
    const { tensors } = readSafetensorsWithMetadata(join(folder, 'whole', `step-${best.step}.safetensors`))
    for (const [name, { data }] of whole.weights) expect(tensors.get(name)!.data, name).toEqual(data)
  })

  test('stopped by its signal: saved where it was, then thrown', async () => {
    const whole = await train({})
    const checkpoint = { folder, every: 100 }
    const stop = new AbortController()
    const reason = new Error('Ctrl-C')
    const onStep = ({ step }: { step: number }) => {
      if (step === 5) stop.abort(reason)
    }
    await expect(train({ checkpoint, signal: stop.signal, onStep })).rejects.toBe(reason)
    const steps: number[] = []
    expect(await train({ checkpoint, onStep: ({ step }) => steps.push(step) })).toEqual(whole)
    expect(steps).toEqual([6, 7, 8])
    // and once complete, nothing is trained again
    expect(await train({ checkpoint, onStep: () => expect.fail('trained again') })).toEqual(whole)
  })
})
