// Which arm of which experiment a request sees.
import { type Arm, assignArm, type Experiment, takesPart } from '@disranker/experiments'
import { ApiError } from '../api-error.ts'
import type { UbiRequest } from './ubi-request.ts'

export interface Chosen {
  readonly experiment: Experiment
  readonly arm: Arm
  /** the unit as it came, before it is hashed */
  readonly unit: string
}

export interface Asker {
  readonly ubi: UbiRequest
  /** the name of the key */
  readonly key: string | undefined
  header(name: string): string | undefined
}

/** the header with which a caller that assigns by itself names the arm: `experiment/arm` */
const ARM_HEADER = 'x-disranker-arm'

/**
 * The first experiment of the file that this request takes part in, and the arm its unit sees. A request takes part in one at most.
 * @param now ms since 1970
 * @throws {ApiError} 400: the header names an arm that is not there, or the request lacks the unit of its experiment
 */
export function chooseArm(
  experiments: readonly Experiment[],
  { ubi, key, header }: Asker,
  now: number,
): Chosen | undefined {
  const named = header(ARM_HEADER)
  for (const experiment of experiments) {
    if (!takesPart(experiment, now, { application: ubi.application, key })) continue
    const unit = unitOf(experiment, ubi, header)
    if (named !== undefined) {
      const arm = experiment.arms.find(({ name }) => named === `${experiment.name}/${name}`)
      if (arm === undefined) continue
      // all searches without a unit would count as those of one user
      if (unit === undefined)
        throw new ApiError(
          400,
          `The header ${ARM_HEADER} names an arm of ${experiment.name}, and the request has no ${experiment.unit}, by which users are counted. Send it.`,
        )
      return { experiment, arm, unit }
    }
    if (unit !== undefined) return { experiment, arm: assignArm(experiment, unit), unit }
  }
  if (named === undefined) return undefined
  const arms = experiments.flatMap(({ name, arms }) => arms.map((arm) => `${name}/${arm.name}`))
  throw new ApiError(
    400,
    `The header ${ARM_HEADER} names no arm of an experiment that runs for this request. Wanted experiment/arm, one of: ${arms.join(', ') || 'none'}.`,
  )
}

function unitOf({ unit }: Experiment, ubi: UbiRequest, header: Asker['header']): string | undefined {
  if (unit === 'client_id' || unit === 'session_id') return ubi[unit]
  return header(unit.slice('header:'.length)) || undefined
}
