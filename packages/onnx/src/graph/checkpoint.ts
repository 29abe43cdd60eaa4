// An encoder with its weights, as input of the graphs.
import { InputError } from '@disranker/stage'
import { type EncoderModel, readEncoder } from '@disranker/transformer'
import type { TensorData, Tensors } from '@disranker/transformer/safetensors'
import type { GraphBuilder } from './graph.ts'

/** Tensors by Hugging Face name. */
export interface Checkpoint {
  readonly model: EncoderModel
  /** @throws {InputError} when the tensor is missing */
  tensor(name: string): TensorData
}

/** @throws {InputError} when the configuration is not an encoder's */
export function createCheckpoint(config: { readonly model_type: string }, tensors: Tensors): Checkpoint {
  const model = readEncoder(config, tensors)
  return {
    model,
    tensor(name) {
      const found = tensors.get(name)
      if (found !== undefined) return found
      throw new InputError(`The checkpoint has no tensor ${name}: it is no ${model.className}.`)
    },
  }
}

/** Adds a float32 weight under its name in the checkpoint. */
export function floatWeight(graph: GraphBuilder, { tensor }: Checkpoint, name: string): string {
  const { shape, data } = tensor(name)
  return graph.weight(name, shape, data)
}
