// Runs TensorFlow's own operators by name, through the binding of @tensorflow/tfjs-node: one at a time, on
// 32-bit floats. TensorFlow.js has kernels for only some of them, and makes the numbers among their inputs
// again each time.
import type * as tf from '@tensorflow/tfjs'

interface Made {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

/** The used part of the backend that @tensorflow/tfjs-node registers. */
export interface TensorflowBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: {
    readonly TF_Version: string
    readonly TF_ATTR_STRING: number
    readonly TF_ATTR_BOOL: number
    readonly TF_ATTR_TYPE: number
    readonly TF_ATTR_SHAPE: number
    readonly TF_FLOAT: number
    readonly TF_INT32: number
    /** shares the array's memory, which must not be changed afterwards */
    createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): number
    deleteTensor(id: number): void
    executeOp(name: string, attributes: readonly object[], inputs: readonly number[], outputs: number): Made[]
  }
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[]
  createOutputTensor(made: Made): tf.Tensor
  /** the storage of a tensor's values, and the number of tensors that share it */
  readonly tensorMap: { get(dataId: object): { id: number; readonly refCount: number } }
}

/** A constant or variable that TensorFlow.js does not track, so that no tidy disposes of it. */
export interface Handle {
  readonly handle: number
}

export type Input = tf.Tensor | Handle

/** number of cached constants */
const KEPT = 256

export type TensorflowOperators = ReturnType<typeof tensorflowOperators>

export function tensorflowOperators(backend: TensorflowBackend) {
  const { binding } = backend
  const attribute = (name: string, type: number, value: unknown) => ({ name, type, value })
  const flag = (name: string, value: boolean) => attribute(name, binding.TF_ATTR_BOOL, value)
  const text = (name: string, value: string) => attribute(name, binding.TF_ATTR_STRING, value)
  const type = (name: string, value: number) => attribute(name, binding.TF_ATTR_TYPE, value)
  const float = type('T', binding.TF_FLOAT)
  const channelsLast = text('data_format', 'NHWC')

  const idOf = (input: Input) =>
    'handle' in input ? input.handle : backend.getInputTensorIds([input as tf.Tensor])[0]!
  const execute = (name: string, attributes: readonly object[], inputs: readonly Input[], outputs: number) =>
    backend.binding.executeOp(name, attributes, inputs.map(idOf), outputs)
  const operator =
    (name: string, ...attributes: readonly object[]) =>
    (...inputs: Input[]): tf.Tensor =>
      backend.createOutputTensor(execute(name, attributes, inputs, 1)[0]!)

  const made = (values: Float32Array | Int32Array, shape: readonly number[]): Handle => {
    const kind = values instanceof Int32Array ? binding.TF_INT32 : binding.TF_FLOAT
    return { handle: binding.createTensor(shape, kind, values) }
  }
  const kept = new Map<string, Handle>()
  function constant(key: string, make: () => [values: Float32Array | Int32Array, shape: number[]]): Handle {
    const found = kept.get(key) ?? made(...make())
    // the least recently used one is dropped first, so never one that an operator is about to use
    kept.delete(key)
    kept.set(key, found)
    const [oldest] = kept
    if (kept.size > KEPT) {
      binding.deleteTensor(oldest![1].handle)
      kept.delete(oldest![0])
    }
    return found
  }
  const integers = (...values: number[]) =>
    constant(`[${values}]`, () => [Int32Array.from(values), [values.length]])
  const overLast = (name: string) => {
    const reduce = operator(name, float, type('Tidx', binding.TF_INT32), flag('keep_dims', true))
    return (x: tf.Tensor) => reduce(x, integers(-1))
  }

  return {
    flag,
    text,
    type,
    shape: (name: string, value: readonly number[]) => attribute(name, binding.TF_ATTR_SHAPE, value),
    float: binding.TF_FLOAT,
    integer: binding.TF_INT32,
    /** The caller keeps or deletes the results. */
    execute,
    operator,
    /** A tensor of numbers that is cached under its key. */
    constant,
    integers,
    /** A number as an input. */
    number: (value: number): Handle => constant(String(value), () => [Float32Array.of(value), []]),

    add: operator('AddV2', float),
    subtract: operator('Sub', float),
    multiply: operator('Mul', float),
    square: operator('Square', float),
    rsqrt: operator('Rsqrt', float),
    exp: operator('Exp', float),
    erf: operator('Erf', float),
    sigmoid: operator('Sigmoid', float),
    /** by the sigmoid, and the gradient by it: dy s (1 - s) */
    sigmoidGradient: operator('SigmoidGrad', float),
    softmax: operator('Softmax', float),
    logSoftmax: operator('LogSoftmax', float),
    addBias: operator('BiasAdd', float, channelsLast),
    /** sum of [..., D] over all axes except the last: [D] */
    sumRows: operator('BiasAddGrad', float, channelsLast),
    /** over the last axis, which keeps a size of 1 */
    mean: overLast('Mean'),
    sum: overLast('Sum'),
    /** shifts every entry along an axis, from the end to the start */
    roll: operator('Roll', float, type('Tshift', binding.TF_INT32), type('Taxis', binding.TF_INT32)),
    /** of all squares, halved */
    halfSquares: operator('L2Loss', float),
    /** [..., K] of values and [..., K] of positions in them */
    gatherAt: operator('GatherNd', type('Tparams', binding.TF_FLOAT), type('Tindices', binding.TF_INT32)),
    subtractAt: operator('TensorScatterSub', float, type('Tindices', binding.TF_INT32)),
  }
}
