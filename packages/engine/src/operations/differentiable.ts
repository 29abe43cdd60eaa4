// An operation whose gradient is written by hand.
import * as tf from '@tensorflow/tfjs'

interface Differentiable<T> {
  readonly value: T
  /** the gradients by the inputs, from that by the value and the saved tensors */
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[]
}

/** `tf.customGrad` for inputs that the closure has already. */
export function differentiable<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: (save: tf.GradSaveFunc) => Differentiable<T>,
): T {
  const operation = (...given: (tf.Tensor | tf.GradSaveFunc)[]) => forward(given.at(-1) as tf.GradSaveFunc)
  return tf.customGrad(operation as Parameters<typeof tf.customGrad>[0])(...inputs) as T
}
