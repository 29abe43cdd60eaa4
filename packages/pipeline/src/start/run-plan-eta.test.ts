// The time that is left, over whole runs whose stages take other times than expected.
import { expect, it } from 'vitest'
import { recipesFor } from '../choose-recipe.ts'
import { pipeline } from '../pipeline.ts'
import { createRunPlan, type PlannedStage } from './run-plan.ts'
import { readsOf, servedFirst } from './served-first.ts'
import { whatIsRead } from './what-is-read.ts'

const recipes = whatIsRead(await recipesFor(pipeline, true), { encoder: false })
const { first } = servedFirst(pipeline, recipes)
const planned: PlannedStage[] = first.map((stage) => ({
  name: stage.name,
  after: readsOf(pipeline, stage, recipes[stage.name]).map(({ name }) => name),
  expected: (stage.seconds ?? 5) + 1.5,
}))

/**
 * Runs the plan second by second; a stage begins when what it waits for has ended, and says every ten seconds how far it is.
 * @returns at each second, what the plan said was left
 */
function simulate(takes: (stage: PlannedStage, at: number) => number): number[] {
  let time = 0
  const plan = createRunPlan(planned, () => time * 1000)
  const begins = new Map<string, number>()
  const ended = new Set<string>()
  const said: number[] = []
  while (ended.size < planned.length) {
    for (const [at, stage] of planned.entries()) {
      const { name, after } = stage
      if (ended.has(name)) continue
      if (!begins.has(name)) {
        if (!after.every((other) => ended.has(other))) continue
        begins.set(name, time)
        plan.begin(name)
      }
      const passed = time - begins.get(name)!
      const left = takes(stage, at) - passed
      if (left <= 0) {
        plan.end(name)
        ended.add(name)
      } else if (passed > 0 && passed % 10 === 0)
        plan.hear(
          name,
          `${name}: ${passed}/${Math.round(passed + left)} steps (9 %), ETA ${Math.round(left)} s`,
        )
    }
    said.push(plan.left())
    time++
  }
  return said
}

it.each([0.5, 1, 1.7, 3])(
  'is right within a quarter from a third of the way on, on a machine that takes %d of the time',
  (factor) => {
    // stages differ, too, by up to a fifth
    const said = simulate(({ expected }, at) => expected * factor * (1 + 0.2 * Math.sin(at * 2.1)))
    const total = said.length
    for (let at = Math.ceil(total / 3); at < 0.9 * total; at++) {
      const left = total - at
      expect(
        Math.abs(said[at]! - left) / left,
        `${at} of ${total} s: said ${said[at]}, was ${left}`,
      ).toBeLessThan(0.25)
    }
  },
)
