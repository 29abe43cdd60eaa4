import { expect, it } from 'vitest'
import { createRunPlan } from './run-plan.ts'

const stage = (name: string, expected: number, ...after: string[]) => ({ name, expected, after })
// two branches, then what waits for both
const planned = [
  stage('pairs', 10),
  stage('long', 60, 'pairs'),
  stage('short', 20, 'pairs'),
  stage('last', 30, 'long', 'short'),
]

function clocked() {
  let time = 0
  const plan = createRunPlan(planned, () => time * 1000)
  const at = (seconds: number) => {
    time = seconds
  }
  return { plan, at }
}

it('expects the longest chain of stages', () => {
  const { plan } = clocked()
  expect(plan.left()).toBe(100)
  expect(plan.share()).toBe(0)
})

it('counts down while all goes as expected', () => {
  const { plan, at } = clocked()
  plan.begin('pairs')
  at(10)
  plan.end('pairs')
  plan.begin('long')
  plan.begin('short')
  at(30)
  plan.end('short')
  expect(plan.left()).toBeCloseTo(70)
  expect(plan.share()).toBeCloseTo(0.3)
})

it('takes the rest for as slow as what has happened', () => {
  const { plan, at } = clocked()
  plan.begin('pairs')
  at(30)
  plan.end('pairs')
  // thrice as long; a little of the expectation stays: (30 + 8) / (10 + 8)
  expect(plan.left()).toBeCloseTo((90 * 38) / 18)
})

it('believes a stage that says how far it is, and what follows it', () => {
  const { plan, at } = clocked()
  plan.begin('pairs')
  at(10)
  plan.end('pairs')
  plan.begin('long')
  at(50)
  plan.hear('long', 'long: 2/200 steps (1 %), loss 1.2, ETA 2 h 0 min')
  expect(plan.left()).toBeCloseTo(50)
  plan.hear('long', 'long: 50/200 steps (25 %), loss 1.2, ETA 2 min 0 s')
  plan.hear('long', 'long: something else')
  const { said } = plan.stages()[1]!
  expect(said).toBe('50/200 steps (25 %)')
  // long takes 160 s instead of 60
  const pace = (10 + 160 + 8) / (10 + 60 + 8)
  expect(plan.left()).toBeCloseTo(120 + 30 * pace)
})

it('does not count the time in which a stage waits for another run', () => {
  const { plan, at } = clocked()
  plan.begin('pairs')
  plan.wait('pairs')
  plan.wait('last')
  at(300)
  expect(plan.left()).toBe(100)
  plan.begin('pairs')
  at(310)
  plan.end('pairs')
  expect(plan.stages()[0]).toMatchObject({ status: 'done', seconds: 10 })
  expect(plan.left()).toBeCloseTo(90)
})

it('does not end before a stage that takes longer than expected, and knows none that is not planned', () => {
  const { plan, at } = clocked()
  for (const name of ['pairs', 'long', 'short']) plan.end(name)
  plan.begin('last')
  plan.begin('unplanned')
  plan.hear('unplanned', 'unplanned: 1/2 steps (50 %), ETA 900 s')
  at(500)
  expect(plan.left()).toBeGreaterThan(0)
  expect(plan.stages().map(({ status }) => status)).toEqual([
    'unchanged',
    'unchanged',
    'unchanged',
    'running',
  ])
  plan.end('last')
  expect(plan.left()).toBe(0)
  expect(plan.share()).toBe(1)
})
