// AdamW by TensorFlow's operator ResourceApplyAdam, which overwrites variables of TensorFlow where they lie. Weight and
// moments are variables of TensorFlow.js, whose values lie in TensorFlow too: they are lent for the update, without a copy.
import * as tf from '@tensorflow/tfjs'
import type { FusedOperations } from '../operations/fused-operations.ts'
import type { Handle, TensorflowOperators } from './tensorflow-operators.ts'

/** a variable by this name belongs to whoever has its handle */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

export function adamwByVariables(o: TensorflowOperators): FusedOperations['adamwStep'] {
  const { number, multiply } = o
  const float = o.type('dtype', o.float)
  const variable = (): Handle => {
    const attributes = [
      float,
      o.shape('shape', []),
      o.text('container', ''),
      o.text('shared_name', ANONYMOUS),
    ]
    return { handle: o.execute('VarHandleOp', attributes, [], 1)[0]!.id }
  }
  const lent = { weight: variable(), mean: variable(), square: variable() }
  /** what an update wrote: memory of TensorFlow's own. Other values may lie in an array that JavaScript can read. */
  const written = new WeakSet<object>()
  const lend = (to: Handle, values: tf.Tensor) => o.execute('AssignVariableOp', [float], [to, values], 0)
  const read = o.operator('ReadVariableOp', float)
  const takeBack = (from: Handle, into: tf.Variable) => {
    into.assign(read(from))
    written.add(into.dataId)
  }
  /** TensorFlow copies a variable before it writes to it while anybody else has its values; from here only clones do. */
  const letGo = (values: tf.Variable) => {
    if (!written.has(values.dataId)) return
    tf.engine().disposeTensor(values)
    values.dataId = {}
  }
  const plain = [o.type('T', o.float), o.flag('use_locking', false), o.flag('use_nesterov', false)]

  return ({ weight, mean, square }, gradient, numbers) =>
    tf.tidy(() => {
      const { learningRate, weightDecay, epsilon, step, gradientScale } = numbers
      // as the operator has them, so that the corrections below are of the same
      const [beta1, beta2] = [Math.fround(numbers.beta1), Math.fround(numbers.beta2)]
      const scaled = gradientScale === 1 ? gradient : multiply(gradient, number(gradientScale))
      const kept = 1 - learningRate * weightDecay
      const decayed = kept === 1 ? undefined : multiply(weight, number(kept))
      lend(lent.weight, decayed ?? weight)
      lend(lent.mean, mean)
      lend(lent.square, square)
      if (decayed) decayed.dispose()
      else letGo(weight)
      letGo(mean)
      letGo(square)
      // m / (sqrt(v / c2) + epsilon) / c1 = m / (sqrt v + epsilon sqrt c2) * sqrt(c2) / c1; the operator's own form takes the powers
      // of the betas in single precision, which is too coarse for 1 - beta2
      const root = Math.sqrt(1 - beta2 ** step)
      const rate = (learningRate * root) / (1 - beta1 ** step)
      const scalars = [0, 0, rate, beta1, beta2, epsilon * root].map(number)
      const variables = [lent.weight, lent.mean, lent.square]
      o.execute('ResourceApplyAdam', plain, [...variables, ...scalars, scaled], 0)
      takeBack(lent.weight, weight)
      takeBack(lent.mean, mean)
      takeBack(lent.square, square)
    })
}
