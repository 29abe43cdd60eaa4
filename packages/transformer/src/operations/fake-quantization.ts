// Simulates int8 for weights and activations in float32: values are rounded to the bytes that packages/onnx
// stores, and back. The gradient ignores the rounding (Bengio et al. 2013, straight-through), so a network
// learns weights that keep their quality in int8.
import * as tf from '@tensorflow/tfjs'

/** The matrix as int8 with one scale a row: symmetric, -127 .. 127 of the row's largest value. */
export const fakeRows = (weight: tf.Tensor2D): tf.Tensor2D =>
  straightThrough(weight, (w) => {
    const largest = tf.max(tf.abs(w), 1, true)
    // a row of zeros stays zero
    const scale = tf.div(tf.where(tf.greater(largest, 0), largest, tf.onesLike(largest)), 127)
    return tf.mul(tf.round(tf.div(w, scale)), scale)
  })

/**
 * The activation as bytes, 0 .. 255 over its range, with an exact 0. The range of the batch replaces the one
 * from calibration, which is a constant of the bundle.
 */
export const fakeBytes = (activation: tf.Tensor2D): tf.Tensor2D =>
  straightThrough(activation, (x) => {
    const low = tf.minimum(tf.min(x), 0)
    const high = tf.maximum(tf.max(x), 0)
    const scale = tf.maximum(tf.div(tf.sub(high, low), 255), 1e-12)
    const zero = tf.round(tf.div(tf.neg(low), scale))
    const byte = tf.clipByValue(tf.add(tf.round(tf.div(x, scale)), zero), 0, 255)
    return tf.mul(tf.sub(byte, zero), scale)
  })

function straightThrough(x: tf.Tensor2D, round: (x: tf.Tensor2D) => tf.Tensor): tf.Tensor2D {
  const operation = tf.customGrad((input) => ({
    value: tf.tidy(() => round(input as tf.Tensor2D)),
    gradFunc: (dy) => dy as tf.Tensor,
  }))
  return operation(x) as tf.Tensor2D
}
