import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainProgress, type Work } from '@disranker/stage'
import { expect, test } from 'vitest'
import { type Training, trainingOptions, writeCurve } from './training.ts'

const training: Training = {
  steps: 4,
  schedule: { shape: 'linear', peak: 1e-3, warmup: 0.1 },
  optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  accumulate: 2,
  checkpointEvery: 50,
}
const record = (step: number, loss: number) => ({ step, loss, learningRate: 0.5, norm: 2 })

function workThat(says: string[]): Work {
  return {
    folder: 'out',
    scratch: join('out', 'scratch'),
    signal: new AbortController().signal,
    progress: plainProgress((line) => says.push(line), { seconds: 0 }),
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
    checkpoint: { folder: join('out', 'scratch', 'sft'), every: 50 },
    signal: work.signal,
  })
})

test('progress tells where a run goes on, and a running mean of the loss', () => {
  const says: string[] = []
  const { onStep } = trainingOptions({ seed: 7, training }, workThat(says), 'sft')
  onStep!(record(3, 1))
  onStep!(record(4, 0))
  expect(says[0]).toBe('sft: 4 steps, going on at 2')
  expect(says[1]).toMatch(/^sft: 3\/4 steps \(75 %\), loss 1.000/)
  expect(says[2]).toMatch(/loss 0.950/)
  expect(says[3]).toMatch(/^sft: 4\/4 steps in/)
  expect(says).toHaveLength(4)
})

test('the curve is a line of JSON an update', () => {
  const folder = mkdtempSync(join(tmpdir(), 'curve-'))
  try {
    writeCurve(folder, [record(1, 3), record(2, 2.5)])
    const lines = readFileSync(join(folder, 'curve.jsonl'), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([record(1, 3), record(2, 2.5)])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
