// TensorFlow's own library through @tensorflow/tfjs-node, on the processor or a GPU. Both are optional: they download
// libtensorflow while installing, so nothing here needs them.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'

const packages = { gpu: '@tensorflow/tfjs-node-gpu', node: '@tensorflow/tfjs-node' } as const

/**
 * Makes it current.
 * @returns whether it computes on a GPU
 * @throws {InputError} when it is not installed, does not load, or this Node is too new for it
 */
export async function openNodeBackend(name: 'gpu' | 'node'): Promise<{ onGpu: boolean }> {
  const install =
    name === 'gpu'
      ? 'npm run setup:gpu'
      : `npm install --no-save --ignore-scripts=false ${packages.node}@4.22.0`
  if (Number(process.versions.node.split('.')[0]) >= 23)
    throw new InputError(
      `Backend ${name} needs Node 22 or older, this is ${process.version}: ${packages[name]} 4.22 calls functions that Node 23 removed. Run under Node 22 (npm scripts of this repository do), or use DISRANKER_BACKEND=wasm.`,
    )
  try {
    await import(packages[name] as string)
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    throw new InputError(
      `Backend ${name}: ${packages[name]} ${absent ? 'is not installed' : `does not load (${firstLine(cause)})`}. Run \`${install}\` in the root of the repository, or use DISRANKER_BACKEND=wasm.`,
      { cause },
    )
  }
  await tf.setBackend('tensorflow')
  return { onGpu: Boolean((tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice) }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
