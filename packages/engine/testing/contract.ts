// The common part of the contract tests: the compared backends, and the tolerance.
import { expect } from 'vitest'
import { type BackendName, type BackendOptions, openBackend } from '../src/backends/open-backend.ts'
import { isInstalled } from '../src/backends/tensorflow/tensorflow-package.ts'

/**
 * TensorFlow's own backends, if they are installed and load (`npm run setup:node`). Others are skipped,
 * unless DISRANKER_BACKEND names them.
 */
async function tensorflowBackends(): Promise<('gpu' | 'node')[]> {
  const found: ('gpu' | 'node')[] = []
  for (const name of ['node', 'gpu'] as const) {
    const wanted = process.env.DISRANKER_BACKEND === name
    if (!wanted && (found.length > 0 || !isInstalled(name))) continue // one process holds one libtensorflow
    try {
      await openBackend(name)
      found.push(name)
    } catch (error) {
      if (wanted) throw error
    }
  }
  return found
}

const tensorflow = await tensorflowBackends()

/** One of each kind, the plain one first: for suites with their own expected figures. */
export const everyBackend: readonly BackendName[] = ['cpu', 'wasm', ...tensorflow]

/** Each is compared with plain cpu. */
export const backends: [label: string, name: BackendName, options: BackendOptions][] = [
  ['wasm-stock', 'wasm-stock', {}],
  ['wasm, own product', 'wasm', { product: 'own' }],
  ['wasm, onnxruntime, 1 thread', 'wasm', { product: 'onnxruntime', threads: 1 }],
  ['wasm, onnxruntime, 2 threads', 'wasm', { product: 'onnxruntime', threads: 2 }],
  ...tensorflow.map((name): (typeof backends)[number] => [name, name, {}]),
]

/** Values by name: the result, the gradient of a weight. */
export type Measured = Readonly<Record<string, Float32Array>>

/** Equal within 1e-5 of the largest value, or of 1 if all are smaller. */
export function expectEqual(got: Measured, wanted: Measured): void {
  expect(Object.keys(got)).toEqual(Object.keys(wanted))
  for (const [what, values] of Object.entries(wanted)) {
    const bound = 1e-5 * values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    expect(got[what]!.length).toBe(values.length)
    const wrong = values.findIndex((value, at) => !(Math.abs(got[what]![at]! - value) <= bound))
    if (wrong >= 0)
      expect.fail(
        `${what} [${wrong}] is ${got[what]![wrong]}, on cpu ${values[wrong]}; wanted within ${bound}`,
      )
  }
}
