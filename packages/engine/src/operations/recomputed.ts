// Gradient checkpointing (Chen et al. 2016): only the input of a part of a network is kept for the backward pass, which computes
// the part again. It saves memory and costs one more forward pass.
import * as tf from '@tensorflow/tfjs'
import { differentiable } from './differentiable.ts'

/**
 * compute(x), with unchanged values and gradients.
 * @param weights all trained weights in it: others get no gradient
 */
export function recomputed(
  x: tf.Tensor2D,
  weights: readonly tf.Tensor[],
  compute: (x: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor2D {
  return differentiable<tf.Tensor2D>([x, ...weights], (save) => {
    save([x])
    return {
      value: tf.tidy(() => compute(x)),
      gradFunc: (dy, [x]) =>
        tf.tidy(() => {
          const inputs = [x!, ...weights]
          const { grads } = withOwnTape(() =>
            tf.engine().gradients(() => compute(x as tf.Tensor2D), inputs, dy as tf.Tensor2D, true),
          )
          return grads.map((gradient, i) => gradient ?? tf.zerosLike(inputs[i]!))
        }),
    }
  })
}

/** TensorFlow.js has only one gradient tape at a time, and drops it when the gradients are computed. */
function withOwnTape<Result>(run: () => Result): Result {
  const { state } = tf.engine()
  const outer = state.activeTape
  try {
    return run()
  } finally {
    state.activeTape = outer
  }
}
