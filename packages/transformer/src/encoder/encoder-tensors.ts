// Finds the tensors of a checkpoint under an encoder's names: published files may omit the encoder's prefix,
// name norms as TensorFlow did, and contain heads that ranking does not use.
import { InputError } from '@disranker/stage'
import type { TensorData, Tensors } from '../tensors/safetensors.ts'
import type { EncoderModel } from './encoder-model.ts'

/** The facts about a model for finding its tensors; for a decoder, too. */
export type CheckpointModel = Pick<EncoderModel, 'className' | 'weights' | 'head' | 'prefix' | 'ignored'>

export interface EncoderTensors {
  readonly tensors: Tensors
  /** weights of the head that the checkpoint does not have */
  readonly missingHead: readonly string[]
}

/**
 * Renames every tensor to its name in the network.
 * @throws {InputError} when a tensor of the encoder is missing, has another shape, or is unknown
 */
export function encoderTensors(model: CheckpointModel, tensors: Tensors): EncoderTensors {
  const wanted = new Map(model.weights.map(({ name, shape }) => [name, shape]))
  const found = new Map<string, TensorData>()
  const strange: string[] = []
  for (const [given, tensor] of tensors) {
    const spelled = given.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias')
    const name = [spelled, model.prefix + spelled].find((one) => wanted.has(one))
    if (name !== undefined) found.set(name, tensor)
    else if (!model.ignored.test(spelled) && !model.ignored.test(model.prefix + spelled)) strange.push(given)
  }
  const missing = [...wanted.keys()].filter((name) => !found.has(name))
  // a pooler belongs to the head: without a head it is not read
  const missingHead = missing.filter((name) => model.head.includes(name))
  const lost = missing.filter((name) => !model.head.includes(name))
  if (lost.length > 0)
    throw new InputError(
      `The checkpoint has no tensor ${some(lost)}; a ${model.className} of this config.json needs ${lost.length === 1 ? 'it' : 'them'}. Copy config.json and model.safetensors from one model.`,
    )
  if (strange.length > 0)
    throw new InputError(
      `The checkpoint has the tensor ${some(strange)}, which a ${model.className} of this config.json does not read: the model computes something else. Copy config.json and model.safetensors from one model.`,
    )
  for (const [name, { shape }] of found)
    if (shape.join() !== wanted.get(name)!.join())
      throw new InputError(
        `Tensor ${name} has shape [${shape}]; config.json wants [${wanted.get(name)}]. Copy both from one model.`,
      )
  const ordered = [...wanted.keys()]
    .filter((name) => found.has(name))
    .map((name) => [name, found.get(name)!] as const)
  return { tensors: new Map(ordered), missingHead }
}

const some = (names: readonly string[]) =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} others` : ''}`
