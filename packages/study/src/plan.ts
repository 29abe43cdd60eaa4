// The trainings of a study. A step is one stage of the pipeline with one recipe; arms that share a step (a
// teacher, a pre-training) share its folder, because a step is identified by its stage, recipe and inputs,
// not by its arm.
import { sha256 } from '@disranker/stage'

export interface Step {
  /** name of its folder: readable, and equal only for equal work */
  readonly key: string
  readonly stage: string
  readonly recipe: unknown
  /** keys of the steps it reads, by the stage's option names */
  readonly inputs: Readonly<Record<string, string>>
}

export interface Plan {
  /** each step after its inputs */
  readonly steps: readonly Step[]
  /** Adds a step if there is no equal one; returns its key. */
  add(stage: string, about: string, recipe: unknown, inputs: Readonly<Record<string, string>>): string
}

/**
 * An empty plan.
 * @param basis hashes of the common inputs of all steps: the data, and by stage its code
 */
export function createPlan(basis: {
  readonly data: string
  readonly code: Readonly<Record<string, string>>
}): Plan {
  const steps = new Map<string, Step>()
  return {
    get steps() {
      return [...steps.values()]
    },
    add(stage, about, recipe, inputs) {
      const made = sha256(JSON.stringify([stage, recipe, inputs, basis.data, basis.code[stage]]))
      const same = [...steps.keys()].find((key) => key.endsWith(made.slice(0, 12)))
      if (same !== undefined) return same
      const key = `${stage}-${about.replaceAll(/[^a-z0-9.]+/gi, '-')}-${made.slice(0, 12)}`
      steps.set(key, { key, stage, recipe, inputs })
      return key
    },
  }
}
