import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appendSteps, NOTHING_LOGGED, readSteps } from './step-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steps-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const history = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    step: i + 1,
    loss: 1 / (i + 1),
    learningRate: 1e-3,
    norm: i / 7,
  }))
const size = () => readFileSync(join(folder, 'steps.jsonl')).length

it('grows by what is new, and cuts off what came after the last checkpoint', () => {
  const all = history(30)
  const first = appendSteps(folder, all.slice(0, 10), NOTHING_LOGGED)
  const second = appendSteps(folder, all.slice(0, 25), first)
  expect(readSteps(folder, second)).toEqual(all.slice(0, 25))
  // a kill after the log and before the checkpoint: the checkpoint still counts 10
  expect(readSteps(folder, first)).toEqual(all.slice(0, 10))
  const again = appendSteps(folder, all.slice(0, 12), first)
  expect(size()).toBe(again.bytes)
  expect(readSteps(folder, again)).toEqual(all.slice(0, 12))
})

it('is read in pieces, however long it is', () => {
  const all = history(40_000)
  const end = appendSteps(folder, all, NOTHING_LOGGED)
  expect(end.bytes).toBeGreaterThan(2 ** 21)
  expect(readSteps(folder, end)).toEqual(all)
})

it('says when steps are missing or damaged', () => {
  const end = appendSteps(folder, history(3), NOTHING_LOGGED)
  expect(() => readSteps(folder, { ...end, steps: 4 })).toThrow(/does not hold the 4 steps/)
  writeFileSync(join(folder, 'steps.jsonl'), 'x'.repeat(end.bytes))
  expect(() => readSteps(folder, end)).toThrow(/does not hold the 3 steps/)
  rmSync(join(folder, 'steps.jsonl'))
  expect(() => readSteps(folder, end)).toThrow(/Delete/)
})
