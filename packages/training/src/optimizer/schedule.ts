// The learning rate as a pure function of the step: up from zero, then down. A schedule is plain data, so
// that a recipe can contain it and its hash covers it.
import { InputError } from '@disranker/stage'
import type { Schedule } from '../recipe-parts.ts'

/**
 * The learning rate of `step` (0-based) out of `steps`. The first step of a warm-up already moves: with w warm-up
 * steps, step i has rate peak * (i + 1) / w.
 *   linear: peak * (1 - p)                 after the warm-up, p from 0 to 1 (Devlin et al. 2019)
 *   cosine: peak * (1 + cos(pi p)) / 2     after the warm-up (Loshchilov and Hutter 2017, SGDR, one cycle)
 */
export function learningRate(
  { shape, peak, warmup, floor = 0 }: Schedule,
  step: number,
  steps: number,
): number {
  const rising = Math.round(warmup * steps)
  if (step < rising) return (peak * (step + 1)) / rising
  if (shape === 'constant') return peak
  const progress = (step - rising) / Math.max(1, steps - rising)
  const left = shape === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2
  return peak * (floor + (1 - floor) * left)
}

/** @throws {InputError} when a number of the schedule is out of range */
export function checkSchedule({ shape, peak, warmup, floor = 0 }: Schedule): void {
  const wrong = (key: string, got: unknown, wanted: string) =>
    new InputError(`schedule.${key} is ${got}; wanted ${wanted}. Fix the recipe.`)
  if (!['linear', 'cosine', 'constant'].includes(shape))
    throw wrong('shape', shape, "'linear', 'cosine' or 'constant'")
  if (!(peak > 0 && Number.isFinite(peak))) throw wrong('peak', peak, 'a positive number')
  if (!(warmup >= 0 && warmup <= 1)) throw wrong('warmup', warmup, 'a share of the steps, 0 .. 1')
  if (!(floor >= 0 && floor <= 1)) throw wrong('floor', floor, 'a share of the peak, 0 .. 1')
}
