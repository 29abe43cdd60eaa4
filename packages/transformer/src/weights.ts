// The named weights of a network: random from a seed, or from a checkpoint.
import { type FrozenMatrix, isAdapted, isFrozen, type Matrix, merged, seededBy } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { fromBfloat16, fromFloat16 } from './tensors/half-precision.ts'
import type { TensorData, Tensors } from './tensors/safetensors.ts'

/** The initialisation of a new weight. */
export type Start =
  | { readonly fill: number }
  /** normal with this standard deviation */
  | { readonly deviation: number }
  /**
   * the values of another weight plus normal noise: keys that are initialised near queries attend to equal
   * words
   */
  | { readonly near: string; readonly deviation: number }

export interface WeightShape {
  readonly name: string
  readonly shape: readonly number[]
  readonly start: Start
}

export type Weights = ReadonlyMap<string, tf.Variable>
/** Trained and frozen weights, and matrices with adapters. */
export type Parameters = ReadonlyMap<string, tf.Variable | Matrix>

/**
 * The source of weights: a seed for a new network, tensors by Hugging Face name for a trained one. With both,
 * missing tensors are drawn at random.
 */
export type WeightSource =
  | { readonly seed: number }
  | { readonly tensors: Tensors; readonly seed?: number | undefined }

/**
 * Makes the variables of a network.
 * @throws {InputError} when a tensor is missing or has another shape; tensors that the network does not use
 * are ignored
 */
export function makeWeights(shapes: readonly WeightShape[], source: WeightSource): Weights {
  const fresh = 'tensors' in source ? shapes.filter(({ name }) => !source.tensors.has(name)) : shapes
  if (source.seed === undefined && fresh.length > 0)
    throw new InputError(
      `The checkpoint has no tensor ${fresh[0]!.name}. Its config.json describes another network: copy both from one model.`,
    )
  const drawn = source.seed === undefined ? undefined : draw(fresh, source.seed)
  const weights = new Map<string, tf.Variable>()
  for (const { name, shape } of shapes) {
    // values of a checkpoint are read here, one tensor at a time
    const values = drawn?.get(name) ?? pick(name, shape, (source as { tensors: Tensors }).tensors)
    weights.set(
      name,
      tf.tidy(() => tf.variable(tf.tensor(values, [...shape]))),
    )
  }
  return weights
}

/** A matrix of a checkpoint in the format of its file: in 16 bits if the file has 16, read once. */
export function freeze(name: string, shape: readonly number[], tensors: Tensors): FrozenMatrix {
  const [rows, columns] = shape as [number, number]
  const { half, data } = frozenValues(name, shape, tensors)
  const widen = half?.format === 'BF16' ? fromBfloat16 : fromFloat16
  const bits = half?.bits()
  return {
    frozen: true,
    shape: [rows, columns],
    rows: (from, to) =>
      bits
        ? widen(bits.subarray(from * columns, to * columns))
        : data!.subarray(from * columns, to * columns),
  }
}

function frozenValues(name: string, shape: readonly number[], tensors: Tensors) {
  const { half, shape: found } = tensors.get(name)!
  return half && found.join() === shape.join() ? { half } : { data: pick(name, shape, tensors) }
}

/** Copies of the values of weights, by name, for `writeSafetensors`. */
export function tensorsOf(weights: Weights): Tensors {
  const tensors = new Map<string, TensorData>()
  for (const [name, weight] of weights)
    tensors.set(name, { shape: weight.shape, data: weight.dataSync<'float32'>().slice() })
  return tensors
}

/**
 * The same, each value copied on demand, so that only one is in memory. Adapters are merged into their
 * matrices.
 */
export function lazyTensorsOf(weights: Parameters): Tensors {
  const tensors = new Map<string, TensorData>()
  for (const [name, weight] of weights)
    tensors.set(name, {
      shape: weight.shape,
      get data() {
        if (isAdapted(weight)) return merged(weight)
        if (isFrozen(weight)) return weight.rows(0, weight.shape[0])
        return weight.dataSync<'float32'>().slice()
      },
    })
  return tensors
}

function draw(shapes: readonly WeightShape[], seed: number): Map<string, Float32Array> {
  const made = new Map<string, Float32Array>()
  for (const { name, shape, start } of shapes) {
    const values = new Float32Array(shape.reduce((size, side) => size * side, 1))
    if ('fill' in start) values.fill(start.fill)
    else {
      // a separate generator, so that a weight's values do not depend on the other weights
      const random = seededBy(seed, name)
      const centre = 'near' in start ? made.get(start.near)! : undefined
      for (let i = 0; i < values.length; i++)
        values[i] = (centre?.[i] ?? 0) + start.deviation * random.normal()
    }
    made.set(name, values)
  }
  return made
}

function pick(name: string, shape: readonly number[], tensors: Tensors): Float32Array {
  const tensor = tensors.get(name)!
  if (tensor.shape.join() === shape.join()) return tensor.data
  throw new InputError(
    `Tensor ${name} has shape [${tensor.shape}]; config.json wants [${shape}]. Copy both from one model.`,
  )
}
