// Cross entropy over a large vocabulary without all logits at once: they are computed a few rows at a time,
// and again in the backward pass. For 2,000 positions and 150,000 words they would take 1.2 GB, and their
// gradient as much.
import * as tf from '@tensorflow/tfjs'
import { differentiable } from '../differentiable.ts'
import { type FrozenMatrix, isFrozen, widened } from '../layers/frozen-matrix.ts'
import { linear } from '../layers/linear.ts'
import { sparseCrossEntropy, sparseCrossEntropyGradient } from './sparse-cross-entropy.ts'

/** bytes of logits at a time */
const AT_A_TIME = 2 ** 27

/**
 * Mean of -log softmax(hidden table^T)[target].
 * @param hidden [N, D]
 * @param table [V, D]
 * @param targets [N], each 0 .. V - 1
 * @param rows of logits at a time
 */
export function chunkedCrossEntropy(
  hidden: tf.Tensor2D,
  table: tf.Tensor2D | FrozenMatrix,
  targets: Int32Array,
  rows = Math.max(1, Math.floor(AT_A_TIME / (4 * table.shape[0]))),
): tf.Scalar {
  const [N, D] = hidden.shape
  if (N <= rows && !isFrozen(table))
    return sparseCrossEntropy(linear(hidden, table), tf.tensor1d(targets, 'int32'))
  const chunks = Array.from({ length: Math.ceil(N / rows) }, (_, i) => ({
    from: i * rows,
    size: Math.min(rows, N - i * rows),
  }))
  const trains = !isFrozen(table)
  const all = () => (isFrozen(table) ? widened(table) : table)
  const partOf = (all: tf.Tensor, { from, size }: (typeof chunks)[number]) =>
    tf.slice(all as tf.Tensor2D, [from, 0], [size, D])
  const targetsOf = ({ from, size }: (typeof chunks)[number]) =>
    tf.tensor1d(targets.subarray(from, from + size), 'int32')

  return differentiable(trains ? [hidden, table] : [hidden], (save) => {
    save([hidden])
    const value = tf.tidy(() => {
      const whole = all()
      // each chunk's share of the mean
      const losses = chunks.map((chunk) =>
        tf.tidy(() =>
          tf.mul(sparseCrossEntropy(linear(partOf(hidden, chunk), whole), targetsOf(chunk)), chunk.size / N),
        ),
      )
      return tf.sum(tf.stack(losses)) as tf.Scalar
    })
    const gradFunc = (dy: tf.Tensor, [hidden]: tf.Tensor[]) =>
      tf.tidy(() => {
        const whole = all()
        let byTable: tf.Tensor | undefined
        const byHidden = chunks.map((chunk) => {
          const before = byTable
          const [part, sum] = tf.tidy(() => {
            const part = partOf(hidden!, chunk)
            const share = tf.mul(dy, chunk.size / N)
            const d = tf.mul(
              sparseCrossEntropyGradient(linear(part, whole), targetsOf(chunk)),
              share,
            ) as tf.Tensor2D
            const added = trains ? [tf.matMul(d, part, true, false)] : []
            return [tf.matMul(d, whole), ...added.map((x) => (before === undefined ? x : tf.add(before, x)))]
          })
          byTable = sum
          before?.dispose()
          return part!
        })
        return byTable === undefined ? [tf.concat(byHidden, 0)] : [tf.concat(byHidden, 0), byTable]
      })
    return { value, gradFunc }
  })
}
