import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { drawPlan, endLine, roundly } from './draw-plan.ts'
import { createRunPlan } from './run-plan.ts'

function half() {
  let time = 0
  const plan = createRunPlan(
    [
      { name: 'pairs', after: [], expected: 10 },
      { name: 'distil', after: ['pairs'], expected: 10 },
      { name: 'quantize', after: ['distil'], expected: 10 },
    ],
    () => time * 1000,
  )
  plan.begin('pairs')
  time = 10
  plan.end('pairs')
  plan.begin('distil')
  time = 15
  plan.hear('distil', 'distil: 600/1200 steps (50 %), loss 0.4, ETA 5 s')
  return plan
}

it('has a line for each stage and a bar', () => {
  expect(drawPlan(half(), 80).map(stripVTControlCharacters)).toEqual([
    '✔ pairs     10 s',
    '▸ distil    5 s, 600/1200 steps (50 %)',
    '· quantize  about 10 s',
    '████████████████░░░░░░░░░░░░░░░░ 50 %, about 15 s left',
  ])
})

it('has few lines in the end: the stages that took long, and one for the others', () => {
  let time = 0
  const plan = createRunPlan(
    ['example', 'pairs', 'features', 'distil'].map((name) => ({ name, after: [], expected: 10 })),
    () => time * 1000,
  )
  plan.end('example')
  for (const name of ['pairs', 'features', 'distil']) {
    plan.begin(name)
    time += name === 'distil' ? 70 : 2
    plan.end(name)
  }
  expect(drawPlan(plan, 80).map(stripVTControlCharacters)).toEqual([
    '✔ example   unchanged',
    '✔ pairs, features  less than 5 s each',
    '✔ distil    70 s',
    'All 4 stages in 74 s',
  ])
})

it('cuts what would not fit the terminal', () => {
  for (const line of drawPlan(half(), 20)) expect(stripVTControlCharacters(line).length).toBeLessThan(20)
})

it('says in one line that a stage has ended', () => {
  const plan = half()
  plan.end('distil')
  expect(endLine(plan, 'distil')).toBe('distil took 5 s: 2 of 3 stages, about 9 s left')
  plan.begin('quantize')
  plan.end('quantize', 'failed')
  expect(endLine(plan, 'quantize')).toBe('quantize failed after 0 s: 2 of 3 stages, about 0 s left')
})

it('says of a stage that was taken as it is that it is unchanged', () => {
  const plan = half()
  plan.end('quantize')
  expect(endLine(plan, 'quantize')).toBe('quantize is unchanged: 2 of 3 stages, about 5 s left')
  expect(stripVTControlCharacters(drawPlan(plan, 80)[2]!)).toBe('✔ quantize  unchanged')
})

it('rounds what is a guess', () => {
  expect([3.2, 61, 133, 7201].map(roundly)).toEqual(['4 s', '65 s', '2 min 15 s', '2 h 0 min'])
})
