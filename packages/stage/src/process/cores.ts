// The number of cores that a stage uses. Stages that run at the same time share the cores: three stages with one thread on every
// core each would slow each other down.
import { availableParallelism } from 'node:os'
import { InputError } from '../input-error.ts'
import { stagesAtWork } from './checkout-lock.ts'

/** milliseconds for which a share is valid */
const HOLDS = 500

/**
 * DISRANKER_THREADS, or undefined if it is not set.
 * @throws {InputError} when it is not a whole number from 1
 */
export function threadsWanted(wanted = process.env.DISRANKER_THREADS): number | undefined {
  if (!wanted) return undefined
  const threads = Number(wanted)
  if (!Number.isInteger(threads) || threads < 1)
    throw new InputError(`DISRANKER_THREADS is "${wanted}"; wanted a whole number of 1 or more.`)
  return threads
}

/**
 * @param stages number of running stages, including this one
 * @returns number of cores for this one at the moment; updated twice a second
 */
export function coreShare(
  cores = availableParallelism(),
  stages = stagesAtWork,
  now = () => performance.now(),
): () => number {
  let share = cores
  let asked = Number.NEGATIVE_INFINITY
  return () => {
    if (now() - asked >= HOLDS) {
      share = Math.max(1, Math.floor(cores / Math.max(1, stages())))
      asked = now()
    }
    return share
  }
}
