import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { afterEach, expect, test, vi } from 'vitest'
import { type BackendName, openBackend } from './open-backend.ts'
import { isInstalled } from './tensorflow/tensorflow-package.ts'

afterEach(() => vi.unstubAllEnvs())

test('says what was chosen and why', async () => {
  const lines: string[] = []
  const opened = await openBackend('wasm', { threads: 1, log: (line) => lines.push(line) })
  expect(opened.name).toBe('wasm')
  expect(lines).toEqual(['Backend wasm: WebAssembly, matrix products by onnxruntime on 1 thread.'])
})

test('says when the side module multiplies', async () => {
  const { why } = await openBackend('wasm', { product: 'own' })
  expect(why).toBe('WebAssembly with its own SIMD matrix product, one thread')
})

test('the environment chooses backend and threads', async () => {
  vi.stubEnv('DISRANKER_BACKEND', 'cpu')
  expect((await openBackend()).name).toBe('cpu')
  expect(tf.getBackend()).toBe('cpu')
  vi.stubEnv('DISRANKER_BACKEND', 'wasm')
  vi.stubEnv('DISRANKER_THREADS', '2')
  expect((await openBackend()).why).toContain('on 2 threads')
})

test('an unknown name, a senseless number of threads', async () => {
  const error = openBackend('tpu' as BackendName)
  await expect(error).rejects.toThrow(InputError)
  await expect(error).rejects.toThrow('There is no backend "tpu". Set DISRANKER_BACKEND to one of wasm, gpu')
  vi.stubEnv('DISRANKER_THREADS', 'many')
  await expect(openBackend('wasm')).rejects.toThrow('DISRANKER_THREADS is "many"')
})

test.skipIf(isInstalled('gpu'))('a package that is not installed is asked for by its command', async () => {
  vi.stubEnv('DISRANKER_BACKEND', '')
  await expect(openBackend('gpu')).rejects.toThrow('npm run setup:gpu')
  expect((await openBackend()).why).toContain('no GPU package is installed')
})

test('the process listens for no errors that it did not listen for before', async () => {
  const before = process.listeners('unhandledRejection').length
  await openBackend('wasm')
  expect(process.listeners('unhandledRejection').length).toBe(before)
})
