// Chooses the backend: TensorFlow's library on a GPU or the processor, or WebAssembly. All other code uses the current
// backend.
import { availableParallelism } from 'node:os'
import { coreShare, InputError, threadsWanted } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { openNodeBackend } from './tensorflow/node-backend.ts'
import { isInstalled } from './tensorflow/tensorflow-package.ts'
import { openFastWasm, openStockWasm } from './wasm/wasm-backend.ts'

/**
 * wasm: the default, needs no installation. gpu, node: optional packages. cpu (plain JavaScript) and
 * wasm-stock (TensorFlow.js's unchanged wasm backend) are for comparison.
 */
export type BackendName = 'wasm' | 'gpu' | 'node' | 'cpu' | 'wasm-stock'

const names: readonly BackendName[] = ['wasm', 'gpu', 'node', 'cpu', 'wasm-stock']

export interface BackendOptions {
  /** receives one line with the choice and its reason */
  readonly log?: ((line: string) => void) | undefined
  /** on wasm; DISRANKER_THREADS, else all cores, shared with the other running stages of this checkout */
  readonly threads?: number | undefined
  /** the implementation of wasm's matrix products; native if that loads */
  readonly product?: 'onnxruntime' | 'own' | undefined
}

export interface OpenedBackend {
  readonly name: BackendName
  readonly why: string
}

/**
 * Makes a backend current. On wasm the same input gives the same bits, for any number of threads.
 * @param name by default DISRANKER_BACKEND; without it the GPU if its package is installed and finds one,
 * else wasm
 * @throws {InputError} when a requested backend is unknown, not installed or does not load
 * @example await openBackend('wasm', { log: console.log })
 */
export async function openBackend(
  name: BackendName | undefined = fromEnvironment(),
  options: BackendOptions = {},
): Promise<OpenedBackend> {
  const opened = name === undefined ? await openBest(options) : { name, why: await open(name, options) }
  isOpen = true
  options.log?.(`Backend ${opened.name}: ${opened.why}.`)
  return opened
}

let isOpen = false

/** Opens the best backend of this machine, or DISRANKER_BACKEND, if none is open. */
export async function ensureBackend(log: (line: string) => void): Promise<void> {
  if (!isOpen) await openBackend(undefined, { log })
}

async function openBest(options: BackendOptions): Promise<OpenedBackend> {
  const reason = await whyNoGpu()
  if (reason === undefined) return { name: 'gpu', why: 'the best that loads: TensorFlow found a GPU' }
  return { name: 'wasm', why: `${await open('wasm', options)}; ${reason}` }
}

/** Makes the GPU current and returns undefined, or returns the reason why that is not possible. */
async function whyNoGpu(): Promise<string | undefined> {
  if (!isInstalled('gpu')) return 'no GPU package is installed'
  try {
    const { onGpu } = await openNodeBackend('gpu')
    return onGpu ? undefined : 'TensorFlow found no GPU'
  } catch (error) {
    if (error instanceof InputError) return error.message.replace(/\.$/, '')
    throw error
  }
}

/** @returns its description, for the log */
async function open(name: BackendName, options: BackendOptions): Promise<string> {
  switch (name) {
    case 'gpu':
    case 'node': {
      const { onGpu, version } = await openNodeBackend(name)
      return `TensorFlow ${version} on ${onGpu ? 'the GPU' : 'the processor'}`
    }
    case 'cpu':
      await tf.setBackend('cpu')
      // otherwise its first tensor prints advice to install another backend
      Object.assign(tf.backend(), { firstUse: false })
      return 'plain JavaScript, to compare with'
    case 'wasm-stock':
      await openStockWasm()
      return 'TensorFlow.js wasm as it comes, to compare with'
    case 'wasm':
      return openWasm(options)
    default:
      throw new InputError(
        `There is no backend "${name}". Set DISRANKER_BACKEND to one of ${names.join(', ')}.`,
      )
  }
}

async function openWasm({ threads = threadsWanted(), product }: BackendOptions): Promise<string> {
  const own = 'WebAssembly with its own SIMD matrix product, one thread'
  if (product !== 'own') {
    try {
      const most = threads ?? availableParallelism()
      await openFastWasm('onnxruntime', most, threads === undefined ? coreShare() : undefined)
      return `WebAssembly, matrix products by onnxruntime on ${most} thread${most === 1 ? '' : 's'}`
    } catch (error) {
      if (product === 'onnxruntime') throw error
      await openFastWasm('own', 1)
      return `${own} (onnxruntime-node does not load: ${String(error).split('\n')[0]})`
    }
  }
  await openFastWasm('own', 1)
  return own
}

function fromEnvironment(): BackendName | undefined {
  return (process.env.DISRANKER_BACKEND || undefined) as BackendName | undefined
}
