// TensorFlow's own library through @tensorflow/tfjs-node, on the processor or a GPU. Both are optional: they download
// libtensorflow while installing, so nothing here needs them.
import { createRequire } from 'node:module'
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'

const packages = { gpu: '@tensorflow/tfjs-node-gpu', node: '@tensorflow/tfjs-node' } as const

/** Whether the package is there; it may still not load. */
export function isInstalled(name: 'gpu' | 'node'): boolean {
  try {
    createRequire(import.meta.url).resolve(packages[name])
    return true
  } catch {
    return false
  }
}

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
  const advice = `Run \`${install}\` in the root of the repository, or use DISRANKER_BACKEND=wasm.`
  if (!isInstalled(name))
    throw new InputError(`Backend ${name}: ${packages[name]} is not installed. ${advice}`)
  if (Number(process.versions.node.split('.')[0]) >= 23)
    throw new InputError(
      `Backend ${name} needs Node 22 or older, this is ${process.version}: ${packages[name]} 4.22 calls functions that Node 23 removed. Run under Node 22 (the npm scripts of this repository do), or use DISRANKER_BACKEND=wasm.`,
    )
  try {
    await import(packages[name] as string)
  } catch (cause) {
    const line = String(cause)
      .split('\n')[0]!
      .replace(/[.\s]+$/, '')
    throw new InputError(`Backend ${name}: ${packages[name]} does not load (${line}). ${advice}`, { cause })
  }
  await tf.setBackend('tensorflow')
  return { onGpu: Boolean((tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice) }
}
