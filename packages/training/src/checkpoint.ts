// All that a training run needs to go on exactly where it was: weights, moments, step, random state and history in one
// safetensors file, which is whole or not there.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random, type RandomState } from '@disranker/engine'
import { InputError, writeWholeFile } from '@disranker/stage'
import { readSafetensorsWithMetadata, type TensorData, writeSafetensors } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import type { Optimizer } from './optimizer.ts'

export interface StepRecord {
  /** 1 for the first */
  readonly step: number
  readonly loss: number
  readonly learningRate: number
  /** global norm of the gradient, before clipping */
  readonly norm: number
}

export interface Progressed {
  /** updates made */
  readonly step: number
  readonly random: Random
  readonly history: readonly StepRecord[]
}

const file = (folder: string) => join(folder, 'checkpoint.safetensors')

/** Writes a checkpoint in place of the one before. */
export function saveCheckpoint(
  folder: string,
  { slots }: Optimizer,
  { step, random, history }: Progressed,
): void {
  const tensors = new Map<string, TensorData>()
  for (const [name, slot] of slots)
    for (const part of ['weight', 'mean', 'square'] as const)
      tensors.set(`${part}/${name}`, {
        shape: slot[part].shape,
        data: slot[part].dataSync<'float32'>().slice(),
      })
  const state = JSON.stringify({ step, random: random.state(), history })
  mkdirSync(folder, { recursive: true })
  writeWholeFile(file(folder), writeSafetensors(tensors, { state }))
}

/**
 * Puts a checkpoint's values into weights and moments.
 * @returns undefined when there is none
 * @throws {InputError} when the checkpoint is of another network
 */
export function loadCheckpoint(folder: string, { slots }: Optimizer): Progressed | undefined {
  if (!existsSync(file(folder))) return undefined
  const { tensors, metadata } = readSafetensorsWithMetadata(file(folder))
  for (const [name, slot] of slots) {
    for (const part of ['weight', 'mean', 'square'] as const) {
      const saved = tensors.get(`${part}/${name}`)
      if (saved === undefined || saved.shape.join() !== slot[part].shape.join())
        throw new InputError(`${file(folder)} is of another network (${name}). Delete it to train anew.`)
      tf.tidy(() => slot[part].assign(tf.tensor(saved.data, [...saved.shape])))
    }
  }
  if (metadata.state === undefined)
    throw new InputError(
      `${file(folder)} holds weights, but no state of a training. Delete it to train anew.`,
    )
  const { step, random, history } = JSON.parse(metadata.state) as {
    step: number
    random: RandomState
    history: StepRecord[]
  }
  return { step, random: createRandom(random), history }
}
