// Measures a model on validation at intervals during training. The best weights and those of the last measurements are kept as
// files, and a run that no longer improves ends. The measurements are in the history, so that a resumed run decides like one
// that was not interrupted.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, writeWholeFile } from '@disranker/stage'
import {
  lazyTensorsOf,
  readSafetensorsWithMetadata,
  safetensorsParts,
  type Weights,
} from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import type { Measured, StepRecord } from './recorded/step-log.ts'

export interface Evaluation {
  /** updates between two measurements; the last update is always measured */
  readonly every: number
  /** measurements without improvement after which training ends; by default it runs to its end */
  readonly patience?: number | undefined
  /** number of last measurements whose weights are kept in addition to the best; 1 by default */
  readonly keep?: number | undefined
  /** folder of the weights, `step-<n>.safetensors` */
  readonly folder: string
  measure(): Promise<Measured> | Measured
}

export const isDue = (step: number, steps: number, evaluation: Evaluation | undefined): boolean =>
  evaluation !== undefined && (step % evaluation.every === 0 || step === steps)

/** The best record, the first one if several are equal. */
export function bestOf(history: readonly StepRecord[]): StepRecord | undefined {
  let best: StepRecord | undefined
  for (const record of history)
    if (
      record.measured &&
      !(record.measured.quality <= (best?.measured?.quality ?? Number.NEGATIVE_INFINITY))
    )
      best = record
  return best
}

/** Whether training has stopped improving for long enough. */
export function isOver(history: readonly StepRecord[], evaluation: Evaluation | undefined): boolean {
  if (evaluation?.patience === undefined) return false
  const best = bestOf(history)
  if (best === undefined) return false
  return history.slice(best.step).filter(({ measured }) => measured).length >= evaluation.patience
}

const fileOf = (folder: string, step: number) => join(folder, `step-${step}.safetensors`)

/**
 * Writes the weights of the last record of `history`, and deletes those that are neither the best nor among
 * the last.
 * @param save writes the checkpoint; called between the two, so that a killed run finds the weights that its
 * history names
 */
export function keepWeights(
  weights: Weights,
  history: readonly StepRecord[],
  { folder, keep = 1 }: Evaluation,
  save: () => void,
): void {
  mkdirSync(folder, { recursive: true })
  writeWholeFile(fileOf(folder, history.at(-1)!.step), safetensorsParts(lazyTensorsOf(weights)))
  save()
  const measured = history.filter((record) => record.measured).map(({ step }) => step)
  const kept = new Set([bestOf(history)!.step, ...measured.slice(Math.max(0, measured.length - keep))])
  for (const name of readdirSync(folder)) {
    const step = Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1])
    if (Number.isInteger(step) && !kept.has(step)) rmSync(join(folder, name))
  }
}

/** Loads the weights of a step. */
export function takeWeights(weights: Weights, step: number, { folder }: Evaluation): void {
  const file = fileOf(folder, step)
  if (!existsSync(file))
    throw new InputError(
      `${file}, the best weights of the training, is missing. Delete ${folder} to train again.`,
    )
  const { tensors } = readSafetensorsWithMetadata(file)
  for (const [name, weight] of weights) {
    const { data, shape } = tensors.get(name)!
    tf.tidy(() => weight.assign(tf.tensor(data, [...shape])))
  }
}
