// AdamW (Loshchilov and Hutter 2019) over all weights of a network, with the gradient clipped to a global norm
// (Pascanu et al. 2013). Biases, norms and other one-dimensional weights do not decay.
import { type AdamwSlot, adamwStep, sumOfSquares } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import type { Weights } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import type { OptimizerRecipe } from '../recipe-parts.ts'
import { rateFactors } from './learning-rates.ts'

export interface Optimizer {
  /** weight and moments by the weight's name */
  readonly slots: ReadonlyMap<string, AdamwSlot>
  /**
   * One update of every weight.
   * @param gradients by weight name, summed over `parts` batches
   * @param step 1 for the first update
   * @returns the global norm of the mean gradient, before clipping
   */
  update(
    gradients: ReadonlyMap<string, tf.Tensor>,
    numbers: { readonly step: number; readonly learningRate: number; readonly parts: number },
  ): number
  dispose(): void
}

/** Prepares moments of 0 for every weight. */
export function createOptimizer(weights: Weights, recipe: OptimizerRecipe): Optimizer {
  checkOptimizer(recipe)
  const slots = new Map<string, AdamwSlot>()
  const factors = rateFactors([...weights.keys()], recipe.rates)
  for (const [name, weight] of weights) {
    const zeros = () => tf.tidy(() => tf.variable(tf.zeros(weight.shape), false))
    slots.set(name, { weight, mean: zeros(), square: zeros() })
  }
  return {
    slots,
    update(gradients, { step, learningRate, parts }) {
      const norm = Math.sqrt(sumOfSquares([...gradients.values()])) / parts
      const clipped = norm > recipe.clip ? recipe.clip / norm : 1
      for (const [name, slot] of slots) {
        const gradient = gradients.get(name)
        // a weight without a gradient in this loss does not change
        if (gradient === undefined) continue
        adamwStep(slot, gradient, {
          ...recipe,
          weightDecay: decays(name, slot.weight) ? recipe.weightDecay : 0,
          learningRate: learningRate * factors.get(name)!,
          step,
          gradientScale: clipped / parts,
        })
      }
      return norm
    },
    dispose() {
      for (const { mean, square } of slots.values()) {
        mean.dispose()
        square.dispose()
      }
    },
  }
}

const decays = (name: string, weight: tf.Tensor) => weight.rank > 1 && !name.endsWith('.bias')

function checkOptimizer({ beta1, beta2, epsilon, weightDecay, clip }: OptimizerRecipe): void {
  const wrong = (key: string, got: number, wanted: string) =>
    new InputError(`optimizer.${key} is ${got}; wanted ${wanted}. Fix the recipe.`)
  if (!(beta1 >= 0 && beta1 < 1)) throw wrong('beta1', beta1, '0 .. 1, without 1')
  if (!(beta2 >= 0 && beta2 < 1)) throw wrong('beta2', beta2, '0 .. 1, without 1')
  if (!(epsilon > 0)) throw wrong('epsilon', epsilon, 'a positive number')
  if (!(weightDecay >= 0)) throw wrong('weightDecay', weightDecay, '0 or more')
  if (!(clip > 0)) throw wrong('clip', clip, 'a positive number')
}
