// On a model small enough to reckon: y = x w + b. That a resumed run ends with the same bits is seen on a network with
// everything in it, on the backends with and without fused updates.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import type { Weights } from '@disranker/transformer'
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

describe('on a line', () => {
  beforeAll(() => openBackend('cpu'))

  let weights: Weights
  beforeEach(() => {
    weights = new Map<string, tf.Variable>([
      ['w', tf.variable(tf.tensor2d([[1], [-1]]))],
      ['b.bias', tf.variable(tf.tensor1d([0]))],
    ])
    return () => {
      for (const weight of weights.values()) weight.dispose()
    }
  })
  const values = () => [...weights.values()].flatMap((weight) => Array.from(weight.dataSync()))
  /** mean of x w + b over the rows x; its gradient is the mean row, and 1 for the bias */
  const options = (part: Partial<FitOptions<number[][]>> = {}): FitOptions<number[][]> => ({
    ...recipe,
    weights,
    steps: 1,
    schedule: { shape: 'constant', peak: 0.1, warmup: 0 },
    optimizer: { ...recipe.optimizer, clip: Number.POSITIVE_INFINITY, weightDecay: 0 },
    batch: () => [[3, 4]],
    loss: (rows) =>
      tf.mean(tf.add(tf.matMul(tf.tensor2d(rows), weights.get('w')!), weights.get('b.bias')!)) as tf.Scalar,
    ...part,
  })
  const close = (numbers: number[]) => numbers.map((x) => expect.closeTo(x, 5))

  test('the first update moves every weight by the learning rate, against its gradient', async () => {
    const { history } = await fit(options())
    expect(values()).toEqual(close([0.9, -1.1, -0.1]))
    expect(history).toEqual([
      { step: 1, loss: -1, learningRate: 0.1, norm: expect.closeTo(Math.sqrt(26), 5) },
    ])
  })

  test('weights decay, biases do not', async () => {
    await fit(options({ optimizer: { ...recipe.optimizer, weightDecay: 0.5 } }))
    expect(values()).toEqual(close([0.95 - 0.1, -0.95 - 0.1, -0.1]))
  })

  test('clipping scales the whole gradient; the norm told is that before', async () => {
    // epsilon as large as the gradient makes the size of the update tell the size of the gradient
    const optimizer = { ...recipe.optimizer, weightDecay: 0, epsilon: 1, clip: Math.sqrt(26) / 2 }
    const { history } = await fit(options({ optimizer }))
    expect(history[0]!.norm).toBeCloseTo(Math.sqrt(26), 5)
    const moved = (gradient: number) => (0.1 * gradient) / (gradient + 1)
    expect(values()).toEqual(close([1 - moved(1.5), -1 - moved(2), -moved(0.5)]))
  })

  test('accumulated batches count as one batch of all', async () => {
    const rows = [
      [3, 4],
      [-5, 0],
      [1, 1],
      [0, 2],
    ]
    const optimizer = { ...recipe.optimizer, epsilon: 1, clip: 0.5 }
    const numbers: number[] = []
    const parts = await fit(
      options({
        optimizer,
        steps: 2,
        accumulate: 2,
        batch: (step) => {
          numbers.push(step)
          return rows.slice(2 * (step % 2), 2 * (step % 2) + 2)
        },
      }),
    )
    expect(numbers).toEqual([0, 1, 2, 3])
    const accumulated = values()
    weights.get('w')!.assign(tf.tensor2d([[1], [-1]]))
    weights.get('b.bias')!.assign(tf.tensor1d([0]))
    const whole = await fit(options({ optimizer, steps: 2, batch: () => rows }))
    expect(accumulated).toEqual(close(values()))
    for (const [i, { loss, norm }] of parts.history.entries()) {
      expect(loss).toBeCloseTo(whole.history[i]!.loss, 5)
      expect(norm).toBeCloseTo(whole.history[i]!.norm, 5)
    }
  })

  test('a batch that counts more weighs more: as one batch of all rows', async () => {
    const rows = [
      [3, 4],
      [-5, 0],
      [1, 1],
      [0, 2],
    ]
    const optimizer = { ...recipe.optimizer, epsilon: 1, clip: Number.POSITIVE_INFINITY }
    const parts = await fit(
      options({
        optimizer,
        accumulate: 2,
        batch: (part) => [rows.slice(0, 1), rows.slice(1, 4)][part]!,
        counts: (rows) => rows.length,
      }),
    )
    const accumulated = values()
    weights.get('w')!.assign(tf.tensor2d([[1], [-1]]))
    weights.get('b.bias')!.assign(tf.tensor1d([0]))
    const whole = await fit(options({ optimizer, batch: () => rows }))
    expect(accumulated).toEqual(close(values()))
    expect(parts.history[0]!.loss).toBeCloseTo(whole.history[0]!.loss, 5)
  })

  describe('measured on the way', () => {
    const measuring = (
      qualities: readonly number[],
      part: Partial<FitOptions<number[][]>['evaluation']> = {},
    ) => {
      const left = [...qualities]
      const seen: number[][] = []
      const measure = () => {
        seen.push(values())
        return { quality: left.shift()! }
      }
      return { seen, evaluation: { every: 2, folder: join(folder, 'kept'), measure, ...part } }
    }
    const files = () => readdirSync(join(folder, 'kept')).sort()

    test('the weights are in the end the first of the best; the best and the last are kept', async () => {
      const { seen, evaluation } = measuring([1, 3, 2, 3], { keep: 1 })
      const { history } = await fit(options({ steps: 7, evaluation }))
      expect(history.map(({ measured }) => measured?.quality ?? 0)).toEqual([0, 1, 0, 3, 0, 2, 3])
      expect(values()).toEqual(seen[1])
      expect(files()).toEqual(['step-4.safetensors', 'step-7.safetensors'])
    })

    test('ends when nothing has got better for long enough, and stays ended', async () => {
      const checkpoint = { folder, every: 100 }
      const { seen, evaluation } = measuring([5, 4, 6, 6, 1, 99], { patience: 2, keep: 3 })
      const { history } = await fit(options({ steps: 20, evaluation, checkpoint }))
      expect(history).toHaveLength(10)
      expect(values()).toEqual(seen[2])
      expect(files()).toEqual(['step-10.safetensors', 'step-6.safetensors', 'step-8.safetensors'])
      const again = await fit(
        options({ steps: 20, evaluation, checkpoint, onStep: () => expect.fail('trained again') }),
      )
      expect(again.history).toEqual(history)
      expect(values()).toEqual(seen[2])
    })

    test('a line of the log as it happens', async () => {
      const lines: number[] = []
      const log = () => readFileSync(join(folder, 'steps.jsonl'), 'utf8').trimEnd().split('\n')
      const checkpoint = { folder, every: 100 }
      await fit(options({ steps: 3, checkpoint, onStep: () => lines.push(log().length) }))
      expect(lines).toEqual([1, 2, 3])
      expect(JSON.parse(log()[1]!)).toMatchObject({ step: 2, learningRate: 0.1 })
    })
  })

  test('a weight that takes no part stays', async () => {
    const other = tf.variable(tf.ones([2, 2]))
    await fit(options({ weights: new Map([...weights, ['other', other]]) }))
    expect(Array.from(other.dataSync())).toEqual([1, 1, 1, 1])
    other.dispose()
  })

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await fit(options({ steps: 3, accumulate: 2, checkpoint: { folder, every: 1 } }))
    await fit(options({ steps: 5, checkpoint: { folder, every: 1 } }))
    expect(tf.memory().numTensors).toBe(before)
  })

  test('a loss that is no number ends the run, and says what to lower', async () => {
    const blowUp = options({
      steps: 9,
      checkpoint: { folder, every: 1 },
      loss: (rows) => tf.mul(options().loss(rows), rows[0]![0]!) as tf.Scalar,
      batch: (step) => [[step < 2 ? 1 : Number.NaN, 1]],
    })
    const error = await fit(blowUp).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(InputError)
    expect(String(error)).toMatch(/step 3: loss NaN.*Lower the learning rate \(schedule.peak, now 0.1\)/)
    // the checkpoint is that before the breakdown
    const { history } = await fit(options({ steps: 4, checkpoint: { folder, every: 1 } }))
    expect(history.map(({ step }) => step)).toEqual([1, 2, 3, 4])
    expect(values().every(Number.isFinite)).toBe(true)
  })

  test('a checkpoint of another network is refused', async () => {
    const checkpoint = { folder, every: 1 }
    await fit(options({ checkpoint }))
    const other = new Map([['w', tf.variable(tf.ones([3, 1]))]])
    await expect(fit(options({ checkpoint, weights: other }))).rejects.toThrow(/is of another network \(w\)/)
    tf.dispose([...other.values()])
    writeFileSync(join(folder, 'checkpoint.safetensors'), 'no checkpoint')
    await expect(fit(options({ checkpoint }))).rejects.toThrow(InputError)
  })

  test.each<[string, Partial<FitOptions<number[][]>>, RegExp]>([
    ['no step', { steps: 0 }, /steps is 0/],
    ['half a batch', { accumulate: 0.5 }, /accumulate 0.5/],
    ['a peak of 0', { schedule: { shape: 'linear', peak: 0, warmup: 0 } }, /schedule.peak is 0/],
    ['beta2 of 1', { optimizer: { ...recipe.optimizer, beta2: 1 } }, /optimizer.beta2 is 1/],
    ['clip of 0', { optimizer: { ...recipe.optimizer, clip: 0 } }, /optimizer.clip is 0/],
    ['no epsilon', { optimizer: { ...recipe.optimizer, epsilon: 0 } }, /optimizer.epsilon is 0/],
    ['growing', { optimizer: { ...recipe.optimizer, weightDecay: -1 } }, /optimizer.weightDecay is -1/],
  ])('%s is refused', async (_what, part, message) => {
    const before = tf.memory().numTensors
    await expect(fit(options(part))).rejects.toThrow(message)
    expect(tf.memory().numTensors).toBe(before)
  })
})
