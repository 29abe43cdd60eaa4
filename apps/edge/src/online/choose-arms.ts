// Chooses the arms of a request: in all running experiments, since experiments that change the same thing are
// refused.
import { type Arm, assignArm, type Experiment, takesPart } from '@disranker/experiments'
import { ApiError } from '../api-error.ts'
import type { UbiRequest } from './ubi-request.ts'

export interface Chosen {
  readonly experiment: Experiment
  readonly arm: Arm
  /** the unit as sent, before it is hashed */
  readonly unit: string
}

export interface Asker {
  readonly ubi: UbiRequest
  /** the name of the key */
  readonly key: string | undefined
  header(name: string): string | undefined
}

/**
 * the header with which a caller that assigns by itself names arms: `experiment/arm`, several separated by
 * commas
 */
const ARM_HEADER = 'x-disranker-arm'

/**
 * The experiments of the file that this request takes part in, in their order, and its unit's arm in each. An
 * experiment whose unit the request lacks is skipped.
 * @param now ms since 1970
 * @throws {ApiError} 400: the header names an unknown arm, or the request lacks the unit of an experiment in
 * the header
 */
export function chooseArms(experiments: readonly Experiment[], asker: Asker, now: number): readonly Chosen[] {
  const { ubi, key, header } = asker
  const named = (header(ARM_HEADER) ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const running = experiments.filter((one) => takesPart(one, now, { application: ubi.application, key }))
  checkNames(named, running)
  return running.flatMap((experiment): Chosen[] => {
    const unit = unitOf(experiment, ubi, header)
    const given = experiment.arms.find(({ name }) => named.includes(`${experiment.name}/${name}`))
    if (unit !== undefined) return [{ experiment, arm: given ?? assignArm(experiment, unit), unit }]
    if (given === undefined) return []
    // otherwise all searches without a unit would count as those of one user
    throw new ApiError(
      400,
      `The header ${ARM_HEADER} names an arm of ${experiment.name}, and the request has no ${experiment.unit}, by which users are counted. Send it.`,
    )
  })
}

function checkNames(named: readonly string[], running: readonly Experiment[]): void {
  const arms = running.flatMap(({ name, arms }) => arms.map((arm) => `${name}/${arm.name}`))
  const unknown = named.find((name) => !arms.includes(name))
  if (unknown !== undefined)
    throw new ApiError(
      400,
      `The header ${ARM_HEADER} names no arm of an experiment that runs for this request: ${unknown.slice(0, 140)}. Wanted experiment/arm, one of: ${arms.join(', ') || 'none'}.`,
    )
  const experiments = named.map((name) => name.split('/')[0])
  if (new Set(experiments).size < named.length)
    throw new ApiError(400, `The header ${ARM_HEADER} names two arms of one experiment. Name one of each.`)
}

function unitOf({ unit }: Experiment, ubi: UbiRequest, header: Asker['header']): string | undefined {
  if (unit === 'client_id' || unit === 'session_id') return ubi[unit]
  return header(unit.slice('header:'.length)) || undefined
}
