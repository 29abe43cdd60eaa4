// The memory limit of the backend in use.
import { totalmem } from 'node:os'
import * as tf from '@tensorflow/tfjs'

export interface MemoryLimit {
  readonly bytes: number
  /** "the heap of the wasm backend" */
  readonly of: string
}

/** Needs an open backend. */
export function memoryLimit(): MemoryLimit {
  const name = tf.getBackend()
  return name.startsWith('disranker') || name === 'wasm'
    ? { bytes: 2 ** 32, of: 'the heap of the wasm backend' }
    : { bytes: totalmem(), of: 'the memory of this machine' }
}
