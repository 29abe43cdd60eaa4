import { expect, it } from 'vitest'
import { createRunPlan } from './run-plan.ts'
import { plain } from './screen.ts'

it('without a terminal is a line for each stage that ends, and no blank one', () => {
  const lines: string[] = []
  let seconds = 0
  const plan = createRunPlan(
    ['example', 'pairs', 'cpt', 'features'].map((name) => ({ name, after: [], expected: 1 })),
    () => seconds * 1000,
  )
  const screen = plain((line) => lines.push(line))
  const run = (name: string, took: number, status?: 'failed') => {
    plan.begin(name)
    seconds += took
    plan.end(name, status)
    screen.ended(plan, name)
  }
  screen.watch(plan)
  run('example', 0.4)
  run('pairs', 3)
  run('cpt', 0.2, 'failed')
  run('features', 0)
  screen.rest()
  screen.rest()
  screen.say('\nDisRanker serves\n')
  screen.say('')
  expect(lines).toEqual([
    expect.stringMatching(/^pairs took 3 s \(example: less than 1 s\): 2 of 4 stages, about/),
    expect.stringMatching(/^cpt failed after 0 s: 2 of 4 stages, about/),
    'features took less than 1 s',
    'DisRanker serves',
  ])
})
