// One update of AdamW (Loshchilov and Hutter 2019) on one weight, with the moments in two further variables.
import * as tf from '@tensorflow/tfjs'
import type { AdamwNumbers, AdamwSlot } from '../fused-operations.ts'
import { fusedOperations } from '../fused-operations.ts'

/**
 * Updates weight and moments. An earlier clone of a weight keeps its values.
 */
export function adamwStep(slot: AdamwSlot, gradient: tf.Tensor, numbers: AdamwNumbers): void {
  const fused = fusedOperations().adamwStep
  if (fused) fused(slot, gradient, numbers)
  else portable(slot, gradient, numbers)
}

function portable({ weight, mean, square }: AdamwSlot, gradient: tf.Tensor, numbers: AdamwNumbers): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = numbers
  tf.tidy(() => {
    const g = tf.mul(gradient, gradientScale)
    mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(g, 1 - beta1)))
    square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(g), 1 - beta2)))
    const deviation = tf.add(tf.sqrt(tf.div(square, 1 - beta2 ** step)), epsilon)
    const move = tf.mul(tf.div(mean, deviation), learningRate / (1 - beta1 ** step))
    weight.assign(tf.sub(tf.mul(weight, 1 - learningRate * weightDecay), move))
  })
}
