// In a process of its own: a library that was loaded once stays.
import { createRequire } from 'node:module'
import * as tf from '@tensorflow/tfjs'
import { expect, test, vi } from 'vitest'
import { openBackend } from '../open-backend.ts'

test('without onnxruntime the side module multiplies, and the log says why', async () => {
  const koffi = createRequire(import.meta.url)('koffi') as { load(file: string): unknown }
  const broken = vi.spyOn(koffi, 'load').mockImplementation(() => {
    throw new Error('GLIBC_2.99 is missing\nrequire stack')
  })
  const { why } = await openBackend('wasm', { threads: 5 })
  broken.mockRestore()
  expect(why).toContain('own SIMD matrix product')
  expect(why).toContain('onnxruntime-node does not load: Error: GLIBC_2.99 is missing)')
  expect(tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).arraySync())).toEqual([[11]])
})
