import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { openOnnxruntime } from './onnxruntime-library.ts'
import { productModel } from './product-model.ts'

const open = () => openOnnxruntime().openSession(productModel(false, true), ['A', 'B'], 'C', 1)
const tensor = (values: readonly number[], shape: readonly number[]) => ({
  data: Float32Array.from(values),
  shape,
})

test('computes where the output lies, touching nothing next to it', () => {
  const memory = new Float32Array(6).fill(7)
  // [1, 2, 3] times [1, 2, 3] transposed
  const a = tensor([1, 2, 3, 4, 5, 6], [1, 2, 3])
  const b = tensor([1, 0, 1, 0, 2, 0], [1, 2, 3])
  open()([a, b], { data: memory.subarray(1, 5), shape: [1, 2, 2] })
  expect([...memory]).toEqual([7, 4, 4, 10, 10, 7])
})

test('stays open when garbage is collected', async () => {
  const product = open()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 3; round++) {
    collect()
    // what was collected is finalised between two tasks
    await setTimeout(10)
  }
  const output = new Float32Array(1)
  product([tensor([1, 2], [1, 1, 2]), tensor([3, 4], [1, 1, 2])], { data: output, shape: [1, 1, 1] })
  expect(output[0]).toBe(11)
})

test('says what onnxruntime says', () => {
  const a = tensor([1, 2], [1, 1, 2])
  const wrong = tensor([1, 2, 3], [1, 1, 3])
  expect(() => open()([a, wrong], tensor([0], [1, 1, 1]))).toThrow(/^onnxruntime: .*FusedMatMul/s)
  expect(() => openOnnxruntime().openSession(Uint8Array.of(1, 2, 3), [], 'C', 1)).toThrow(/^onnxruntime: /)
})
