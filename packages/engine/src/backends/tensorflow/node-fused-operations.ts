// The operations of the networks by TensorFlow's own operators, each with its gradient, with as few passes
// over a tensor as possible; a composition needs one for every step and every broadcast in the backward pass.
import * as tf from '@tensorflow/tfjs'
import { differentiable } from '../../operations/differentiable.ts'
import type { FusedOperations } from '../../operations/fused-operations.ts'
import { adamwInPlace } from './node-adamw.ts'
import { nodeAttentionProbabilities } from './node-attention.ts'
import { nodeRope } from './node-rope.ts'
import type { TensorflowBackend, TensorflowOperators } from './tensorflow-operators.ts'

export function nodeFusedOperations(
  backend: TensorflowBackend,
  o: TensorflowOperators,
): Partial<FusedOperations> {
  const { number, add, subtract, multiply } = o
  /** [..., D] as [R, D] */
  const flat = (x: tf.Tensor) => (x.rank === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1)!])) as tf.Tensor2D
  const shaped = (x: tf.Tensor, like: tf.Tensor) => (like.rank === 2 ? x : tf.reshape(x, like.shape))
  /** sum over D of x [R, D] times a weight a column [D]: [R, 1] */
  const weighed = (x: tf.Tensor, weight: tf.Tensor) =>
    tf.matMul(x as tf.Tensor2D, tf.reshape(weight, [-1, 1]) as tf.Tensor2D)

  return {
    linear: (x, weight, bias) =>
      differentiable([x, weight, bias], (save) => {
        const y = o.addBias(tf.matMul(x, weight, false, true), bias) as tf.Tensor2D
        save([x, weight])
        const gradFunc = (dy: tf.Tensor, [x, weight]: tf.Tensor[]) => [
          tf.matMul(dy, weight!),
          tf.matMul(dy, x!, true, false),
          o.sumRows(dy),
        ]
        return { value: y, gradFunc }
      }),

    layerNorm: (x, gamma, beta, epsilon) =>
      differentiable([x, gamma, beta], (save) => {
        const centred = subtract(x, o.mean(x))
        const inverse = o.rsqrt(add(o.mean(o.square(centred)), number(epsilon))) // [..., 1]
        const normal = multiply(centred, inverse)
        save([normal, inverse, gamma])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [normal, inverse, gamma] = [flat(saved[0]!), flat(saved[1]!), saved[2]!]
          const d = flat(dy)
          const product = multiply(d, normal)
          const share = multiply(gamma, number(1 / gamma.size))
          const [byMean, byDeviation] = [weighed(d, share), weighed(product, share)]
          const centred = subtract(subtract(multiply(d, gamma), byMean), multiply(normal, byDeviation))
          return [shaped(multiply(centred, inverse), dy), o.sumRows(product), o.sumRows(d)]
        }
        return { value: o.addBias(multiply(normal, gamma), beta) as typeof x, gradFunc }
      }),

    rmsNorm: (x, gamma, epsilon) =>
      differentiable([x, gamma], (save) => {
        const inverse = o.rsqrt(add(o.mean(o.square(x)), number(epsilon))) // [..., 1]
        const normal = multiply(x, inverse)
        save([normal, inverse, gamma])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [normal, inverse, gamma] = [flat(saved[0]!), flat(saved[1]!), saved[2]!]
          const d = flat(dy)
          const product = multiply(d, normal)
          const byDeviation = weighed(product, multiply(gamma, number(1 / gamma.size)))
          const turned = subtract(multiply(d, gamma), multiply(normal, byDeviation))
          return [shaped(multiply(turned, inverse), dy), o.sumRows(product)]
        }
        return { value: multiply(normal, gamma) as typeof x, gradFunc }
      }),

    gelu: (x) =>
      differentiable([x], (save) => {
        const share = multiply(add(o.erf(multiply(x, number(Math.SQRT1_2))), number(1)), number(0.5))
        save([x, share])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [x, share] = saved as [tf.Tensor, tf.Tensor]
          const bell = o.exp(multiply(o.square(x), number(-0.5)))
          const slope = multiply(multiply(bell, x), number(1 / Math.sqrt(2 * Math.PI)))
          return multiply(add(slope, share), dy)
        }
        return { value: multiply(x, share) as typeof x, gradFunc }
      }),

    swiglu: (gate, up) =>
      differentiable([gate, up], (save) => {
        const share = o.sigmoid(gate)
        save([gate, up, share])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [gate, up, share] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
          const slope = add(share, o.sigmoidGradient(share, gate))
          return [multiply(multiply(dy, up), slope), multiply(multiply(gate, share), dy)]
        }
        return { value: multiply(multiply(gate, share), up) as typeof gate, gradFunc }
      }),

    rope: nodeRope(o),
    attentionProbabilities: nodeAttentionProbabilities(o),

    sparseCrossEntropy: (logits, targets) =>
      differentiable([logits], (save) => {
        const { positions, weight } = counted(targets)
        const logs = o.logSoftmax(logits)
        save([logs, positions, weight])
        const value = subtract(number(0), tf.sum(multiply(o.gatherAt(logs, positions), weight))) as tf.Scalar
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [logs, positions, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
          return probabilitiesLessTarget(logs, positions, multiply(weight, dy))
        }
        return { value, gradFunc }
      }),

    sparseCrossEntropyGradient: (logits, targets) =>
      tf.tidy(() => {
        const { positions, weight } = counted(targets)
        return probabilitiesLessTarget(o.logSoftmax(logits), positions, weight) as tf.Tensor2D
      }),

    adamwStep: adamwInPlace(backend, o),

    sumOfSquares: (tensors) =>
      tf.tidy(() => {
        if (tensors.length === 0) return 0
        // one read for all: on a GPU each would wait for the device
        return 2 * tf.sum(tf.stack(tensors.map((tensor) => o.halfSquares(tensor)))).dataSync()[0]!
      }),
  }

  /** [N, 2] positions of the targets in the logits, and [N] their weights: 0 for -1, the others sum to 1. */
  function counted(targets: tf.Tensor1D): { positions: tf.Tensor; weight: tf.Tensor } {
    const counts = tf.cast(tf.greaterEqual(targets, 0), 'float32')
    const weight = tf.div(counts, tf.maximum(tf.sum(counts), 1))
    const classes = tf.maximum(targets, tf.scalar(0, 'int32'))
    return { positions: tf.stack([tf.range(0, targets.size, 1, 'int32'), classes], 1), weight }
  }

  /** (softmax - 1 at the target) * weight of the row */
  function probabilitiesLessTarget(logs: tf.Tensor, positions: tf.Tensor, weight: tf.Tensor): tf.Tensor {
    const column = tf.reshape(weight, [-1, 1])
    return o.subtractAt(multiply(o.exp(logs), column), positions, weight)
  }
}
