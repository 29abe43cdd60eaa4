// Low-rank adapters (Hu et al. 2021): two thin trainable matrices are added to each of some frozen matrices of the layers. Their
// names and their start are those of the peft package: `lora_A` small and random, `lora_B` zero, so that at first nothing
// changes.
import { InputError } from '@disranker/stage'
import type { WeightShape } from '../weights.ts'
import { matchesSome } from './name-pattern.ts'

export interface Lora {
  /** columns of the thin matrices */
  readonly rank: number
  /** their output is multiplied by alpha / rank */
  readonly alpha: number
  /** dropout of their input in training; 0 by default */
  readonly dropout?: number
  /** matrices of the layers that get adapters, by parts of their names such as 'q_proj' */
  readonly targets: readonly string[]
}

/** The weight that `lora_A` or `lora_B` is added to: model.layers.0.mlp.up_proj.weight -> ...up_proj.lora_A.weight */
export const thinName = (weight: string, part: 'A' | 'B'): string =>
  weight.replace(/weight$/, `lora_${part}.weight`)

/** The matrices of layers whose names match `targets`. */
export const isTarget = ({ name, shape }: WeightShape, { targets }: Pick<Lora, 'targets'>): boolean =>
  shape.length === 2 && /\.layers?\.\d+\.(.*\.)?weight$/.test(name) && matchesSome(targets, name)

/**
 * The thin matrices of a network, A before B.
 * @throws {InputError} when an entry of `targets` matches no matrix of a layer
 */
export function thinShapes(shapes: readonly WeightShape[], lora: Lora): WeightShape[] {
  for (const target of lora.targets)
    if (!shapes.some((shape) => isTarget(shape, { targets: [target] })))
      throw new InputError(
        `lora.targets names "${target}", and no matrix of a layer is called so. Its matrices: ${[...new Set(shapes.filter((shape) => isTarget(shape, { targets: ['*'] })).map(({ name }) => name.split('.').at(-2)))].join(', ')}. Fix the recipe.`,
      )
  return shapes
    .filter((shape) => isTarget(shape, lora))
    .flatMap(({ name, shape }) => {
      const [rows, columns] = shape as [number, number]
      return [
        // the variance of peft's uniform numbers, 1 / sqrt(columns) in both cases
        {
          name: thinName(name, 'A'),
          shape: [lora.rank, columns],
          start: { deviation: 1 / Math.sqrt(3 * columns) },
        },
        { name: thinName(name, 'B'), shape: [rows, lora.rank], start: { fill: 0 } },
      ]
    })
}
