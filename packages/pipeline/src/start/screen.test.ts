import { expect, it } from 'vitest'
import { createRunPlan } from './run-plan.ts'
import { plain } from './screen.ts'

it('without a terminal is a line for each stage that ends, and no blank one', () => {
  const lines: string[] = []
  const plan = createRunPlan([{ name: 'pairs', after: [], expected: 1 }], () => 0)
  const screen = plain((line) => lines.push(line))
  screen.watch(plan)
  plan.begin('pairs')
  plan.end('pairs')
  screen.ended(plan, 'pairs')
  screen.rest()
  screen.say('\nDisRanker serves\n')
  screen.say('')
  expect(lines).toEqual(['pairs took 0 s: 1 of 1 stages, about 0 s left', 'DisRanker serves'])
})
