// All weights of a network: trained ones are variables of the backend. Frozen matrices of a checkpoint are
// stored once, in the format of their file, outside the backend; some of them have adapters.
import { type AdaptedMatrix, type FrozenMatrix, type Matrix, seededBy } from '@disranker/engine'
import type * as tf from '@tensorflow/tfjs'
import { isTarget, type Lora, thinName, thinShapes } from './lora/lora.ts'
import {
  freeze,
  makeWeights,
  type Parameters,
  type WeightShape,
  type WeightSource,
  type Weights,
} from './weights.ts'

/** The trained part of a network. */
export interface Tuning {
  /** by name; all by default */
  readonly trains?: ((name: string) => boolean) | undefined
  /** adapters of matrices, which themselves are frozen */
  readonly lora?: Lora | undefined
}

export interface MadeParameters {
  /** all, in checkpoint order */
  readonly parameters: Parameters
  /** the trained ones */
  readonly weights: Weights
  /** Sets the dropout seed of the adapters; no dropout without one. */
  hide(seed: number | undefined): void
  dispose(): void
}

/** @throws {InputError} as `makeWeights`, or when the targets of `lora` do not exist */
export function makeParameters(
  shapes: readonly WeightShape[],
  source: WeightSource,
  { trains: chosen = () => true, lora }: Tuning = {},
): MadeParameters {
  const tensors = 'tensors' in source ? source.tensors : undefined
  const adapted = new Set(lora ? shapes.filter((shape) => isTarget(shape, lora)).map(({ name }) => name) : [])
  const trains = (name: string) => chosen(name) && !adapted.has(name)
  const held = new Set(
    shapes
      .filter(({ name, shape }) => shape.length === 2 && !trains(name) && tensors?.has(name))
      .map(({ name }) => name),
  )
  const variables = makeWeights(
    shapes.filter(({ name }) => !held.has(name)),
    source,
  )
  for (const [name, variable] of variables) variable.trainable = trains(name)
  const thin = lora
    ? makeWeights(thinShapes(shapes, lora), { seed: source.seed ?? 1 })
    : new Map<string, never>()
  const noise: { seed: number | undefined } = { seed: undefined }
  const at = (name: string, shape: readonly number[]) =>
    held.has(name) ? freeze(name, shape, tensors!) : variables.get(name)!
  const parameters: Parameters = new Map(
    shapes.map(({ name, shape }, index): [string, tf.Variable | Matrix] => {
      const base = at(name, shape)
      if (!lora || !adapted.has(name)) return [name, base]
      return [name, adapt(name, base as tf.Tensor2D | FrozenMatrix, { lora, thin, noise, index })]
    }),
  )
  return {
    parameters,
    weights: new Map([...[...variables].filter(([name]) => trains(name)), ...thin]),
    hide: (seed) => {
      noise.seed = seed
    },
    dispose: () => {
      for (const weight of [...variables.values(), ...thin.values()]) weight.dispose()
    },
  }
}

interface AdaptOptions {
  readonly lora: Lora
  readonly thin: Weights
  readonly noise: { readonly seed: number | undefined }
  /** the matrix's number among all: each has different dropout */
  readonly index: number
}

function adapt(
  name: string,
  base: tf.Tensor2D | FrozenMatrix,
  { lora, thin, noise, index }: AdaptOptions,
): AdaptedMatrix {
  const { rank, alpha, dropout: share = 0 } = lora
  return {
    adapted: true,
    shape: base.shape,
    base,
    down: thin.get(thinName(name, 'A')) as unknown as tf.Tensor2D,
    up: thin.get(thinName(name, 'B')) as unknown as tf.Tensor2D,
    scale: alpha / rank,
    hides: () =>
      share === 0 || noise.seed === undefined
        ? undefined
        : { share, seed: seededBy(noise.seed, index).integer(2 ** 32) },
  }
}
