// TensorFlow's own library through @tensorflow/tfjs-node, on the processor or a GPU. Both are optional: `npm
// run setup:node` and `setup:gpu` install them.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { registerFusedOperations } from '../../operations/fused-operations.ts'
import { operationsThatRun } from '../operations-that-run.ts'
import { nodeFusedOperations } from './node-fused-operations.ts'
import { keepShapes } from './tensorflow-kernels.ts'
import { type TensorflowBackend, tensorflowOperators } from './tensorflow-operators.ts'
import { isInstalled, packageEntry, TENSORFLOW_PACKAGES, type TensorflowName } from './tensorflow-package.ts'

export interface OpenedTensorflow {
  readonly onGpu: boolean
  /** version of the library: "2.18.1" */
  readonly version: string
}

/** Functions of Node's util that TensorFlow.js 4.22 still calls: deprecated, and removed in Node 23. */
const REMOVED = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
}

let prepared = false

/**
 * Makes it current.
 * @throws {InputError} when it is not installed or does not load
 */
export async function openNodeBackend(name: TensorflowName): Promise<OpenedTensorflow> {
  const packageName = TENSORFLOW_PACKAGES[name]
  const advice = `Run \`npm run setup:${name}\` in the root of the repository, or use DISRANKER_BACKEND=wasm.`
  if (!isInstalled(name)) throw new InputError(`Backend ${name}: ${packageName} is not installed. ${advice}`)
  try {
    Object.assign(createRequire(import.meta.url)('node:util'), REMOVED)
    // hides its greeting and its notes on this processor, which need no action
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
    await import(pathToFileURL(packageEntry(name)).href)
  } catch (cause) {
    const line = String(cause)
      .split('\n')[0]!
      .replace(/[.\s]+$/, '')
    throw new InputError(`Backend ${name}: ${packageName} does not load (${line}). ${advice}`, { cause })
  }
  await tf.setBackend('tensorflow')
  const backend = tf.backend() as unknown as TensorflowBackend
  if (!prepared) {
    const operators = tensorflowOperators(backend)
    keepShapes(operators)
    const { running } = operationsThatRun(nodeFusedOperations(backend, operators))
    registerFusedOperations('tensorflow', running)
    prepared = true
  }
  return { onGpu: Boolean(backend.isUsingGpuDevice), version: backend.binding.TF_Version ?? 'unknown' }
}
