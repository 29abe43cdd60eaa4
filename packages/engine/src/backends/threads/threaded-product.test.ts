import { expect, test } from 'vitest'
import type { MatrixProduct, ProductShape } from '../onnxruntime/matrix-product.ts'
import { cutRows, productNumbers, productOf, threadedProduct } from './threaded-product.ts'

const plain = { batch: 1, transposeA: false, transposeB: false, sharedA: false, sharedB: false }

test('rows are cut where they lie one behind the other, and never to a vector', () => {
  const shape: ProductShape = { ...plain, m: 1000, n: 256, k: 64 }
  const parts = cutRows(4000, 8000, 12_000, shape, 3)
  expect(parts.map(([a, b, c, { m }]) => [a - 4000, b, c - 12_000, m])).toEqual([
    [0, 8000, 0, 334],
    [4 * 334 * 64, 8000, 4 * 334 * 256, 334],
    [4 * 668 * 64, 8000, 4 * 668 * 256, 332],
  ])
  expect(cutRows(0, 0, 0, { ...shape, transposeA: true }, 3)).toHaveLength(1)
  expect(cutRows(0, 0, 0, { ...shape, m: 9, n: 4096, k: 4096 }, 3)).toHaveLength(1)
  expect(cutRows(0, 0, 0, { ...shape, m: 100, n: 64 }, 3)).toHaveLength(1)
  expect(cutRows(0, 0, 0, shape, 1)).toHaveLength(1)
})

test('a batch is cut by its matrices, one that all share stays', () => {
  const shape: ProductShape = { ...plain, batch: 5, m: 64, n: 64, k: 64, sharedB: true }
  const parts = cutRows(0, 7, 0, shape, 2)
  expect(parts.map(([a, b, c, { batch }]) => [a, b, c, batch])).toEqual([
    [0, 7, 0, 3],
    [4 * 3 * 64 * 64, 7, 4 * 3 * 64 * 64, 2],
  ])
})

test('a sum over tokens has as many parts on one thread as on many', () => {
  const shape: ProductShape = { ...plain, m: 128, n: 128, k: 1862, transposeA: true }
  for (const count of [1, 2, 3]) {
    const computed: number[] = []
    const single: MatrixProduct = (_a, _b, _c, { k }) => void computed.push(k)
    const run = (_: string, parts: readonly (readonly number[])[]) => {
      for (const part of parts) single(...productOf(part))
    }
    const added: number[] = []
    const heap = { scratch: () => 1_000_000, floats: () => new Float32Array() }
    const kernels = { addTensors: (...numbers: number[]) => void added.push(numbers[1]!) }
    threadedProduct(single, { count, run }, heap, kernels)(0, 0, 500, shape)
    expect(computed).toEqual([466, 466, 466, 464])
    expect(added).toEqual([1_000_000, 1_000_000 + 4 * 128 * 128, 1_000_000 + 8 * 128 * 128])
  }
})

test("a wide product is the library's own, on as many threads as it has columns for", () => {
  const asked: (number | undefined)[] = []
  const heap = { scratch: () => 0, floats: () => new Float32Array() }
  const single: MatrixProduct = (_a, _b, _c, _shape, threads) => void asked.push(threads)
  const multiply = (shape: ProductShape, count: number) =>
    threadedProduct(single, { count, run: () => {} }, heap, { addTensors: () => {} })(0, 0, 0, shape)
  multiply({ ...plain, m: 255, n: 1536, k: 576 }, 4)
  multiply({ ...plain, m: 255, n: 576, k: 1536 }, 16)
  multiply({ ...plain, m: 1536, n: 576, k: 255, transposeA: true }, 16)
  multiply({ ...plain, m: 1536, n: 576, k: 255, transposeA: true }, 1)
  // few tokens
  multiply({ ...plain, m: 255, n: 576, k: 576 }, 4)
  multiply({ ...plain, m: 576, n: 576, k: 255, transposeA: true }, 4)
  expect(asked).toEqual([4, 4, 16, 1, 4, 4])
})

test('a row alone is computed next to itself', () => {
  const memory = new Float32Array(64)
  memory.set([1, 2, 3])
  const heap = {
    scratch: () => 4 * 32,
    floats: (at: number, length: number) => memory.subarray(at / 4, at / 4 + length),
  }
  const single: MatrixProduct = (a, b, c, { m, n, k }) => {
    expect([[...heap.floats(a, m * k)], b, m, n, k]).toEqual([[1, 2, 3, 1, 2, 3], 40, 2, 2, 3])
    heap.floats(c, m * n).set([7, 8, 7, 8])
  }
  const multiply = threadedProduct(single, { count: 2, run: () => {} }, heap, { addTensors: () => {} })
  multiply(0, 40, 4 * 20, { ...plain, m: 1, n: 2, k: 3 })
  expect([...memory.subarray(20, 23)]).toEqual([7, 8, 0])
})

test('numbers of a product and back', () => {
  const shape = {
    batch: 2,
    m: 3,
    n: 4,
    k: 5,
    transposeA: true,
    transposeB: false,
    sharedA: false,
    sharedB: true,
  }
  expect(productOf(productNumbers(1, 2, 3, shape))).toEqual([1, 2, 3, shape])
})
