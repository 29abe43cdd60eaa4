// Assigns units to arms. A unit sees the same arm on every request, in every process, and the arms of two
// experiments are independent, because each experiment has its own salt.
import { type Arm, type Experiment, HOLDOUT, REQUEST_ORDER } from './experiment.ts'
import { choosesModel } from './layers.ts'
import { shareOf } from './share-of.ts'

const holdout: Arm = { name: HOLDOUT, mix: 1, weight: 0 }

/** The arm of a unit: an arm of the experiment in proportion to its weight, or the holdout. */
export function assignArm(experiment: Experiment, unit: string): Arm {
  const { name, salt = name, arms, holdout: outside } = experiment
  // drawn with another salt than the arms, so that a change of the holdout moves no unit to another arm
  if (outside > 0 && shareOf(`${salt}/holdout`, unit) < outside)
    return choosesModel(experiment) ? { ...holdout, model: REQUEST_ORDER } : holdout
  const total = arms.reduce((sum, { weight }) => sum + weight, 0)
  const share = shareOf(salt, unit) * total
  let before = 0
  for (const arm of arms) {
    before += arm.weight
    if (share < before) return arm
  }
  // the sum of the weights can be off in its last digit
  return arms.at(-1)!
}

/** The facts about a request that decide whether it takes part in an experiment. */
export interface Caller {
  readonly application?: string | undefined
  /** the name of the key, never the key */
  readonly key?: string | undefined
}

/** Whether an experiment runs at `now` (milliseconds since 1970) for this caller. */
export function takesPart({ start, end, only }: Experiment, now: number, caller: Caller): boolean {
  if (now < Date.parse(start) || now >= Date.parse(end)) return false
  const among = (wanted: readonly string[] | undefined, value: string | undefined) =>
    wanted === undefined || (value !== undefined && wanted.includes(value))
  return among(only?.applications, caller.application) && among(only?.keys, caller.key)
}
