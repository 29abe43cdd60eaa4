import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainProgress, type Work } from '@disranker/stage'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Training } from './recipe-parts.ts'
import { trainingOptions, writeCurve } from './training.ts'

const training: Training = {
  steps: 4,
  schedule: { shape: 'linear', peak: 1e-3, warmup: 0.1 },
  optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  accumulate: 2,
  checkpointEvery: 50,
}
const record = (step: number, loss: number) => ({ step, loss, learningRate: 0.5, norm: 2 })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'training-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function workThat(says: string[]): Work {
  return {
    part: 'all',
    folder,
    scratch: join(folder, 'scratch'),
    signal: new AbortController().signal,
    progress: plainProgress((line) => says.push(line), { seconds: 0 }),
    closeLater: (resource) => resource,
  }
}

test('a recipe becomes the options of fit', () => {
  const work = workThat([])
  expect(trainingOptions({ seed: 7, training }, work, 'sft')).toMatchObject({
    steps: 4,
    schedule: training.schedule,
    optimizer: training.optimizer,
    accumulate: 2,
    seed: 7,
    checkpoint: { folder: join(folder, 'scratch', 'sft'), every: 50 },
    signal: work.signal,
  })
})

test('an evaluation is one of fit where there is something to measure with', async () => {
  const evaluated = { ...training, evaluation: { every: 2, queries: 7, patience: 3 } }
  const asked: number[] = []
  const measure = (queries: number) => {
    asked.push(queries)
    return { quality: 1 }
  }
  const { evaluation } = trainingOptions({ seed: 7, training: evaluated }, workThat([]), 'sft', measure)
  expect(evaluation).toMatchObject({ every: 2, patience: 3, folder: join(folder, 'scratch', 'sft-kept') })
  expect(await evaluation!.measure()).toEqual({ quality: 1 })
  expect(asked).toEqual([7])
  // a recipe that asks for what a stage does not do is refused, not passed over
  expect(() => trainingOptions({ seed: 7, training: evaluated }, workThat([]), 'bag-of-words')).toThrow(
    /recipe of bag-of-words has training.evaluation, and this stage measures nothing/,
  )
  expect(trainingOptions({ seed: 7, training }, workThat([]), 'sft', measure).evaluation).toBeUndefined()
})

test('progress tells where a run goes on, a running mean of the loss, the pace and the memory', () => {
  const says: string[] = []
  const { onStart, onStep, onEnd } = trainingOptions({ seed: 7, training }, workThat(says), 'sft')
  onStart!([record(1, 9), record(2, 9)])
  onStep!(record(3, 1), 0)
  onStep!({ ...record(4, 0), measured: { quality: 0.75 } }, 0)
  onEnd!([record(1, 9), { ...record(2, 9), measured: { quality: 0.8 } }, record(3, 1), record(4, 0)])
  expect(says[0]).toBe('sft: 4 steps, going on at 2')
  expect(says[1]).toMatch(/^sft: 3\/4 steps \(75 %\), loss 1.000, \d+ MB, ETA/)
  expect(says[2]).toMatch(/loss 0.950, validation 0.750, \d+ MB/)
  expect(says[3]).toMatch(/^sft: 4\/4 steps in/)
  expect(says[4]).toBe('sft: best on validation at step 2 (0.8000)')
  expect(says).toHaveLength(5)
})

test('tokens of a step are told by the second', () => {
  const says: string[] = []
  const { onStart, onStep } = trainingOptions({ seed: 7, training }, workThat(says), 'sft')
  onStart!([])
  onStep!(record(1, 1), 1e9)
  expect(says[1]).toMatch(/loss 1.000, \d+ tokens\/s, \d+ MB/)
})

test('every step is in the event file, those of the run before too', () => {
  const start = () => trainingOptions({ seed: 7, training }, workThat([]), 'sft')
  const file = join(folder, 'tensorboard', 'sft', 'events.out.tfevents.0.disranker')
  const whole = start()
  whole.onStart!([])
  for (const step of [1, 2, 3]) whole.onStep!(record(step, 1 / step), 0)
  const bytes = readFileSync(file)
  expect(bytes.includes('train/loss')).toBe(true)
  const resumed = start()
  resumed.onStart!([record(1, 1), record(2, 1 / 2)])
  resumed.onStep!(record(3, 1 / 3), 0)
  expect(readFileSync(file).equals(bytes)).toBe(true)
})

test('the curve is a line of JSON an update, next to the weights that were kept', () => {
  const work = workThat([])
  mkdirSync(join(work.scratch, 'sft-kept'), { recursive: true })
  writeFileSync(join(work.scratch, 'sft-kept', 'step-2.safetensors'), 'weights')
  writeCurve(work, 'sft', [record(1, 3), record(2, 2.5)])
  const lines = readFileSync(join(folder, 'curve.jsonl'), 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([record(1, 3), record(2, 2.5)])
  expect(readFileSync(join(folder, 'checkpoints', 'step-2.safetensors'), 'utf8')).toBe('weights')
})
