// Estimates the time of a stage: its last run's in this checkout, else that for the embedded example on
// the reference machine, scaled by the speed of this machine.
import { availableParallelism } from 'node:os'
import { findManifest, inCheckout, type StageDefinition } from '@disranker/stage'

/** seconds to start npm, Node and the code of a stage */
const START = 1.5
/** default for a stage without an estimate */
const UNKNOWN = 5

/** seconds that `sample` takes on the reference machine, which has two cores */
const REFERENCE = { sample: 0.0111, cores: 2 }
/** with more cores than this a training of small networks is hardly faster */
const USEFUL_CORES = 6

export interface Expected {
  readonly seconds: number
  readonly from: 'last run' | 'estimate'
}

export interface Place {
  /** returns the folder of a stage */
  readonly at: (stage: StageDefinition) => string
  /** seconds that it takes to start a stage */
  readonly start: number
}

export function expectedSeconds(
  stage: StageDefinition,
  slowness: number,
  { at, start }: Place = { at: inCheckout, start: START },
): Expected {
  const folder = at(stage)
  // a report may have been withdrawn
  const last = findManifest(folder) ?? findManifest(`${folder}.stale`)
  if (last !== undefined) return { seconds: last.seconds + start, from: 'last run' }
  return { seconds: (stage.seconds ?? UNKNOWN) * slowness + start, from: 'estimate' }
}

/** Seconds of the postponed part of a stage. */
export const restSeconds = ({ postpones = 0 }: StageDefinition, slowness: number): number =>
  postpones * slowness + START

/** The time of this machine divided by that of the reference machine. */
export function measureSlowness(cores = availableParallelism(), seconds = sampleSeconds()): number {
  const threads = (count: number) => Math.min(count, USEFUL_CORES)
  return (seconds / REFERENCE.sample) * (threads(REFERENCE.cores) / threads(cores))
}

/**
 * Seconds of a product of two matrices in plain JavaScript: the fastest of a few, because other processes can
 * only slow it down.
 */
function sampleSeconds(): number {
  const side = 192
  const [a, b, c] = [
    new Float32Array(side * side).fill(1),
    new Float32Array(side * side).fill(2),
    new Float32Array(side * side),
  ]
  let best = Number.POSITIVE_INFINITY
  for (let time = 0; time < 5; time++) {
    const began = performance.now()
    for (let i = 0; i < side; i++)
      for (let k = 0; k < side; k++) {
        const value = a[i * side + k]!
        for (let j = 0; j < side; j++) c[i * side + j]! += value * b[k * side + j]!
      }
    best = Math.min(best, (performance.now() - began) / 1000)
  }
  return best
}
