// AdamW by TensorFlow's operator ResourceApplyAdam, which overwrites variables of TensorFlow in place. Weight
// and moments are variables of TensorFlow.js, whose values are also in TensorFlow: they are lent for the
// update, without a copy.
import * as tf from '@tensorflow/tfjs'
import type { FusedOperations } from '../../operations/fused-operations.ts'
import type { Handle, TensorflowBackend, TensorflowOperators } from './tensorflow-operators.ts'

/** a variable of TensorFlow with this name belongs to the owner of its handle */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

export function adamwInPlace(
  backend: TensorflowBackend,
  o: TensorflowOperators,
): FusedOperations['adamwStep'] {
  const { number, multiply } = o
  const float = o.type('dtype', o.float)
  const plain = [o.type('T', o.float), o.flag('use_locking', false), o.flag('use_nesterov', false)]
  const variable = (): Handle => {
    const attributes = [
      float,
      o.shape('shape', []),
      o.text('container', ''),
      o.text('shared_name', ANONYMOUS),
    ]
    return { handle: o.execute('VarHandleOp', attributes, [], 1)[0]!.id }
  }
  let lent: readonly [Handle, Handle, Handle] | undefined
  /**
   * outputs of an update: memory owned by TensorFlow. Other values may be in an array that JavaScript can
   * read.
   */
  const written = new WeakSet<object>()

  /**
   * TensorFlow copies values before overwriting them if somebody else refers to them. If only this variable
   * refers to them, that is not necessary.
   */
  function letGo(variable: tf.Variable): void {
    const entry = backend.tensorMap.get(variable.dataId)
    if (!written.has(variable.dataId) || entry.refCount > 1) return
    backend.binding.deleteTensor(entry.id)
    entry.id = -1
  }

  function takeBack(from: Handle, variable: tf.Variable): void {
    const [values] = o.execute('ReadVariableOp', [float], [from], 1)
    const entry = backend.tensorMap.get(variable.dataId)
    if (entry.id === -1 && written.has(variable.dataId)) entry.id = values!.id
    else {
      const tensor = backend.createOutputTensor(values!)
      variable.assign(tensor)
      tensor.dispose()
      written.add(variable.dataId)
    }
  }

  return ({ weight, mean, square }, gradient, numbers) =>
    tf.tidy(() => {
      const { learningRate, weightDecay, epsilon, step, gradientScale } = numbers
      // in the operator's precision, so that the corrections below match
      const [beta1, beta2] = [Math.fround(numbers.beta1), Math.fround(numbers.beta2)]
      const scaled = gradientScale === 1 ? gradient : multiply(gradient, number(gradientScale))
      const kept = 1 - learningRate * weightDecay
      const decayed = kept === 1 ? weight : multiply(weight, number(kept))
      lent ??= [variable(), variable(), variable()]
      const variables = [weight, mean, square] as const
      for (const [i, values] of [decayed, mean, square].entries())
        o.execute('AssignVariableOp', [float], [lent[i]!, values], 0)
      if (decayed !== weight) decayed.dispose()
      for (const variable of variables) letGo(variable)
      // m / (sqrt(v / c2) + epsilon) / c1 = m / (sqrt v + epsilon sqrt c2) * sqrt c2 / c1. The operator makes c1 and c2 of powers in
      // single precision, too coarse for 1 - beta2: it gets powers of 0, and they go into the rate.
      const root = Math.sqrt(1 - beta2 ** step)
      const rate = (learningRate * root) / (1 - beta1 ** step)
      const scalars = [0, 0, rate, beta1, beta2, epsilon * root].map(number)
      o.execute('ResourceApplyAdam', plain, [...lent, ...scalars, scaled], 0)
      for (const [i, variable] of variables.entries()) takeBack(lent[i]!, variable)
    })
}
