// Attention's probabilities by TensorFlow's operators. The position mask is a cached table if no text is
// shorter than the others.
import * as tf from '@tensorflow/tfjs'
import { attentionVisibility } from '../../operations/attention/attention-probabilities.ts'
import { differentiable } from '../../operations/differentiable.ts'
import type { AttentionMask, FusedOperations } from '../../operations/fused-operations.ts'
import type { Input, TensorflowOperators } from './tensorflow-operators.ts'

/** added to the score of a hidden key */
const HIDDEN = -1e9

export function nodeAttentionProbabilities(
  o: TensorflowOperators,
): FusedOperations['attentionProbabilities'] {
  const { number, add, multiply, subtract } = o

  /** 0 or HIDDEN, [T, C]; undefined if all keys are visible. */
  function hiddenPositions(
    T: number,
    C: number,
    { causal = false, reach }: AttentionMask,
  ): Input | undefined {
    if (!causal && reach === undefined) return undefined
    return o.constant(`hidden ${[T, C, causal, reach]}`, () => {
      const far = reach ?? T + C
      const values = new Float32Array(T * C)
      for (let t = 0; t < T; t++)
        for (let key = 0; key < C; key++) {
          const ahead = key - (C - T + t)
          if ((causal && ahead > 0) || Math.abs(ahead) > far) values[t * C + key] = HIDDEN
        }
      return [values, [T, C]]
    })
  }

  return (scores, mask) =>
    differentiable([scores], (save) => {
      const [matrices, T, C] = scores.shape
      const scaled = multiply(scores, number(mask.scale))
      // integers are in the processor's memory, so reading them does not wait for the GPU
      const lengths = mask.lengths?.dataSync<'int32'>()
      const padded = lengths?.some((length) => length < C)
      const p = padded ? withPadding() : o.softmax(withTable())
      save([p])
      const gradFunc = (dy: tf.Tensor, [p]: tf.Tensor[]) =>
        multiply(multiply(subtract(dy, o.sum(multiply(dy, p!))), p!), number(mask.scale))
      return { value: p as tf.Tensor3D, gradFunc }

      function withTable(): tf.Tensor {
        const hidden = hiddenPositions(T, C, mask)
        return hidden ? add(scaled, hidden) : scaled
      }

      function withPadding(): tf.Tensor {
        const seen = attentionVisibility(scores.shape, mask)!
        const hidden = multiply(subtract(seen, number(1)), number(-HIDDEN))
        const masked = o.softmax(add(tf.reshape(scaled, [matrices / mask.heads, mask.heads, T, C]), hidden))
        // softmax makes a row without visible keys uniform: a text without tokens, or a position far after
        // the end of its text
        const blind = lengths!.includes(0) || mask.reach !== undefined
        return tf.reshape(blind ? multiply(masked, seen) : masked, scores.shape)
      }
    })
}
