// Everything that a training run needs to resume exactly: weights, moments, step and random state in one
// safetensors file, which is complete or absent, and the log of its steps in a second file, which only grows.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random, type RandomState } from '@disranker/engine'
import { InputError, writeWholeFile } from '@disranker/stage'
import { lazyTensorsOf, readSafetensorsWithMetadata, safetensorsParts } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import type { Optimizer } from '../optimizer/optimizer.ts'
import { appendSteps, type LogPosition, readSteps, type StepRecord } from './step-log.ts'

export interface Progressed {
  /** number of updates */
  readonly step: number
  readonly random: Random
  readonly history: readonly StepRecord[]
  /** number of records in the log on the disk */
  readonly logged: LogPosition
}

/** the optimizer state of a weight */
const PARTS = ['weight', 'mean', 'square'] as const
const file = (folder: string) => join(folder, 'checkpoint.safetensors')

/**
 * Writes the log of the steps so far, then replaces the previous checkpoint, one tensor at a time.
 * @returns number of records in the log now
 */
export function saveCheckpoint(
  folder: string,
  { slots }: Optimizer,
  { step, random, history, logged }: Progressed,
): LogPosition {
  const end = appendSteps(folder, history, logged, { sync: true })
  const tensors = [...slots].flatMap(([name, slot]) =>
    PARTS.map((part) => [`${part}/${name}`, slot[part]] as const),
  )
  const state = JSON.stringify({ step, random: random.state(), logged: end })
  writeWholeFile(file(folder), safetensorsParts(lazyTensorsOf(new Map(tensors)), { state }))
  return end
}

/**
 * Loads a checkpoint's values into weights and moments.
 * @returns undefined when there is none
 * @throws {InputError} when the checkpoint belongs to another network
 */
export function loadCheckpoint(folder: string, { slots }: Optimizer): Progressed | undefined {
  if (!existsSync(file(folder))) return undefined
  const { tensors, metadata } = readSafetensorsWithMetadata(file(folder))
  for (const [name, slot] of slots) {
    for (const part of PARTS) {
      const saved = tensors.get(`${part}/${name}`)
      if (saved === undefined || saved.shape.join() !== slot[part].shape.join())
        throw new InputError(`${file(folder)} is of another network (${name}). Delete it to train again.`)
      tf.tidy(() => slot[part].assign(tf.tensor(saved.data, [...saved.shape])))
    }
  }
  if (metadata.state === undefined)
    throw new InputError(
      `${file(folder)} holds weights, but no state of a training. Delete it to train again.`,
    )
  const { step, random, logged } = JSON.parse(metadata.state) as {
    step: number
    random: RandomState
    logged: LogPosition
  }
  return { step, random: createRandom(random), history: readSteps(folder, logged), logged }
}
