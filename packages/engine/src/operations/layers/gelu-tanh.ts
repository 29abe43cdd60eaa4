// The Gaussian error linear unit in its older form by tanh: "gelu_new" and "gelu_pytorch_tanh" of Hugging Face.
import * as tf from '@tensorflow/tfjs'

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, element by element. */
export function geluTanh<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => {
    const inner = tf.mul(tf.mul(x, Math.sqrt(2 / Math.PI)), tf.add(tf.mul(tf.square(x), 0.044715), 1))
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1)) as T
  })
}
