// The part of a recipe that is the same for everything that is trained, and how it drives `fit` inside a stage.
import { join } from 'node:path'
import { type Work, writeWholeFile } from '@disranker/stage'
import type { FitOptions } from './fit.ts'
import type { OptimizerRecipe } from './optimizer.ts'
import type { Schedule } from './schedule.ts'
import { type StepRecord, stepLines } from './step-log.ts'

export interface Training {
  /** updates */
  readonly steps: number
  readonly schedule: Schedule
  readonly optimizer: OptimizerRecipe
  /** batches an update; 1 by default */
  readonly accumulate?: number
  /** updates between two checkpoints */
  readonly checkpointEvery: number
}

type StageOptions = Omit<FitOptions<never>, 'weights' | 'batch' | 'loss'>

/** What `fit` needs beside weights, batches and a loss: checkpoints in the stage's scratch folder, progress with the loss. */
export function trainingOptions(
  { seed, training }: { readonly seed: number; readonly training: Training },
  { scratch, signal, progress }: Work,
  name: string,
): StageOptions {
  const { steps, schedule, optimizer, accumulate, checkpointEvery } = training
  let started = false
  // a running mean, as a single batch says little
  let mean = 0
  return {
    steps,
    schedule,
    optimizer,
    accumulate,
    seed,
    checkpoint: { folder: join(scratch, name), every: checkpointEvery },
    signal,
    onStep({ step, loss }) {
      if (!started) progress.start(name, steps, 'steps', step - 1)
      mean = started ? 0.95 * mean + 0.05 * loss : loss
      started = true
      progress.update(step, `loss ${mean.toFixed(3)}`)
      if (step === steps) progress.stop()
    },
  }
}

/** Writes `curve.jsonl`, a line an update, into a model folder. */
export function writeCurve(folder: string, history: readonly StepRecord[]): void {
  writeWholeFile(join(folder, 'curve.jsonl'), stepLines(history))
}
