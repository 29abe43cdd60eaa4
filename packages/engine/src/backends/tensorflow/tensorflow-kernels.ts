// Replaces kernels of @tensorflow/tfjs-node that make a tensor of numbers in every call by ones that cache
// it: a training step has hundreds of such calls, with few different shapes.
import * as tf from '@tensorflow/tfjs'
import type { TensorflowOperators } from './tensorflow-operators.ts'

export function keepShapes(o: TensorflowOperators): void {
  replace('Reshape', 'Tshape', ({ shape }) => shape)
  replace('Transpose', 'Tperm', ({ perm }) => perm)

  function replace(
    kernelName: string,
    typeName: string,
    numbers: (attributes: Record<string, number[]>) => number[],
  ) {
    const stock = tf.getKernel(kernelName, 'tensorflow').kernelFunc
    const run = o.operator(kernelName, o.type('T', o.float), o.type(typeName, o.integer))
    tf.unregisterKernel(kernelName, 'tensorflow')
    tf.registerKernel({
      kernelName,
      backendName: 'tensorflow',
      kernelFunc: (given) => {
        const x = given.inputs.x as tf.Tensor
        const attributes = given.attrs as unknown as Record<string, number[]>
        return x.dtype === 'float32' ? run(x, o.integers(...numbers(attributes))) : stock(given)
      },
    })
  }
}
