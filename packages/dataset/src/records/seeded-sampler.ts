// Random numbers for data: a 32-bit state that a text seeds, so that the draws of one query do not depend on
// the others. Generator: mulberry32 (Ettinger 2017).
import { hashText } from '@disranker/lexical'

/** A source of random numbers. */
export interface Sampler {
  /** a number in [0, 1) */
  uniform(): number
  /** an integer in [0, below) */
  integer(below: number): number
}

/** A separate sampler for every seed and label. */
export function seededSampler(seed: number, label: string): Sampler {
  const uniform = uniformFrom(hashText(`${seed} ${label}`))
  return { uniform, integer: (below) => Math.floor(uniform() * below) }
}

/** Numbers in [0, 1) from 32 bits of state. */
export function uniformFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
