// How long a stage is expected to take: as long as its last run in this checkout, else what it took for the embedded example on the
// machine of the estimates, by how fast this one is.
import { availableParallelism } from 'node:os'
import { findManifest, inCheckout, type StageDefinition } from '@disranker/stage'

/** seconds to start npm, Node and the code of a stage */
const START = 1.5
/** what a stage without an estimate of its own takes */
const UNKNOWN = 5

/** seconds that `sample` takes on the machine of the estimates, which has two cores */
const REFERENCE = { sample: 0.0111, cores: 2 }
/** more cores than these make a training of small networks hardly faster */
const USEFUL_CORES = 6

export interface Expected {
  readonly seconds: number
  readonly from: 'last run' | 'estimate'
}

export interface Place {
  /** where a stage leaves its folder */
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

/** Seconds of what a stage has postponed. */
export const restSeconds = ({ postpones = 0 }: StageDefinition, slowness: number): number =>
  postpones * slowness + START

/** How much longer this machine takes than that of the estimates. */
export function measureSlowness(cores = availableParallelism(), seconds = sampleSeconds()): number {
  const threads = (count: number) => Math.min(count, USEFUL_CORES)
  return (seconds / REFERENCE.sample) * (threads(REFERENCE.cores) / threads(cores))
}

/** Seconds of a product of two matrices in plain JavaScript: the best of a few, because other work disturbs. */
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
