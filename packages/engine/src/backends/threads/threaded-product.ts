// A matrix product on several threads, each with a part of the batch, of the rows, or of the sum; wide ones
// on the library's own threads. Sums are split by their length alone, so the bits do not depend on the number
// of threads.

import type { MatrixProduct, ProductShape } from '../onnxruntime/matrix-product.ts'
import type { WasmHeap } from '../wasm/wasm-heap.ts'
import type { WasmKernels } from '../wasm/wasm-kernels.ts'
import type { KernelThreads } from './kernel-threads.ts'

/** multiplications and additions in the time that it takes to wake another thread */
const WORK_OF_A_THREAD = 2 ** 19
/** minimal rows of a part, so that none is a vector, which the library adds in another order */
const LEAST_ROWS = 8
/** minimal length of a part of a sum, and maximal number of parts */
const SUMMED = { least: 256, parts: 4 }
/**
 * If the right factor, or a gradient of weights, has more floats than this, the library's own threads are
 * faster, and also with fewer tokens than this if there is enough work: they share the packed right factor,
 * and need no separate partial sums.
 */
const WIDE = { floats: 2 ** 19, tokens: 512, work: 2 ** 25 }
/** minimal columns for one of them: with fewer the library adds in another order */
const COLUMNS = 128

/** A product, or a part of it. */
type Part = [a: number, b: number, c: number, shape: ProductShape]

/** A product's addresses and shape as the numbers that a thread receives. */
export function productNumbers(...[a, b, c, shape]: Part): number[] {
  const { batch, m, n, k, transposeA, transposeB, sharedA, sharedB } = shape
  return [a, b, c, batch, m, n, k, ...[transposeA, transposeB, sharedA, sharedB].map(Number)]
}

/** The inverse. */
export function productOf(numbers: ArrayLike<number>): Part {
  const [a, b, c, batch, m, n, k, ...flags] = Array.from(numbers) as [
    ...[number, number, number, number, number, number, number],
    ...number[],
  ]
  const [transposeA, transposeB, sharedA, sharedB] = flags.map(Boolean) as [
    boolean,
    boolean,
    boolean,
    boolean,
  ]
  return [a, b, c, { batch, m, n, k, transposeA, transposeB, sharedA, sharedB }]
}

/** @param single implementation on the calling thread; the others have their own, under the name `product` */
export function threadedProduct(
  single: MatrixProduct,
  threads: KernelThreads,
  heap: Pick<WasmHeap, 'scratch' | 'floats'>,
  kernels: Pick<WasmKernels, 'addTensors'>,
): MatrixProduct {
  const runAll = (parts: Part[]) => {
    const { count } = threads
    for (let from = 0; from < parts.length; from += count) {
      const now = parts.slice(from, from + count)
      if (now.length === 1) single(...now[0]!)
      else
        threads.run(
          'product',
          now.map((part) => productNumbers(...part)),
        )
    }
  }
  return (a, b, c, shape) => {
    if (isRow(shape)) return asTwoRows(a, b, c, shape)
    if (isWide(shape)) return single(a, b, c, shape, ownThreads(shape, threads.count))
    const sums = partsOfSum(shape)
    if (sums > 1) {
      const size = shape.m * shape.n
      const rest = heap.scratch((sums - 1) * size)
      const at = (part: number) => (part === 0 ? c : rest + 4 * (part - 1) * size)
      runAll(cutSum(a, b, shape, sums).map(([a, b, part], i) => [a, b, at(i), part]))
      for (let part = 1; part < sums; part++) kernels.addTensors(c, at(part), c, size)
    } else runAll(cutRows(a, b, c, shape, threads.count))
  }

  function asTwoRows(...[a, b, c, shape]: Part): void {
    const { k, n } = shape
    const rows = heap.scratch(2 * (k + n))
    const row = heap.floats(a, k)
    heap.floats(rows, k).set(row)
    heap.floats(rows + 4 * k, k).set(row)
    single(rows, b, rows + 8 * k, { ...shape, m: 2 })
    heap.floats(c, n).set(heap.floats(rows + 8 * k, n))
  }
}

/**
 * The library sums a single row in another order than several: a text's score would depend on whether it is
 * alone in its batch.
 */
const isRow = ({ batch, m, transposeA }: ProductShape) => batch === 1 && m === 1 && !transposeA

function isWide({ batch, m, n, k, transposeA }: ProductShape): boolean {
  const [tokens, features] = transposeA ? [k, m] : [m, k]
  return batch === 1 && (features * n > WIDE.floats || (tokens < WIDE.tokens && m * n * k > WIDE.work))
}

/** The library splits the longer side, and adds in one order for any number of threads. */
const ownThreads = ({ m, n }: ProductShape, count: number) =>
  n > m ? Math.max(1, Math.min(count, Math.floor(n / COLUMNS))) : count

/** Number of parts of a long sum, on one thread, too: that of a gradient of weights, over tokens. */
function partsOfSum({ batch, m, n, k, transposeA, transposeB }: ProductShape): number {
  // both factors have the summed axis as rows, so each part of it is contiguous
  if (batch > 1 || !transposeA || transposeB || m * n * k < 2 * WORK_OF_A_THREAD) return 1
  return Math.max(1, Math.min(SUMMED.parts, 2 ** Math.floor(Math.log2(k / SUMMED.least))))
}

function cutSum(a: number, b: number, shape: ProductShape, parts: number): [number, number, ProductShape][] {
  const most = Math.ceil(shape.k / parts)
  return Array.from({ length: parts }, (_, part) => {
    const from = part * most
    const k = Math.min(most, shape.k - from)
    return [a + 4 * from * shape.m, b + 4 * from * shape.n, { ...shape, k }]
  })
}

/** By matrices of the batch, else by rows of the left factor if they are contiguous. Exported for its test. */
export function cutRows(a: number, b: number, c: number, shape: ProductShape, threads: number): Part[] {
  if (threads === 1) return [[a, b, c, shape]]
  const { batch, m, n, k, transposeA, sharedA, sharedB } = shape
  const busy = Math.min(threads, Math.floor((batch * m * n * k) / WORK_OF_A_THREAD))
  const byBatch = batch > 1
  const total = byBatch ? batch : transposeA ? 1 : Math.floor(m / LEAST_ROWS)
  const parts = Math.min(busy, total)
  if (parts < 2) return [[a, b, c, shape]]
  const [moveA, moveB, moveC] = byBatch ? [sharedA ? 0 : m * k, sharedB ? 0 : k * n, m * n] : [k, 0, n]
  const count = byBatch ? batch : m
  const most = Math.ceil(count / parts)
  return Array.from({ length: Math.ceil(count / most) }, (_, part) => {
    const from = part * most
    const rows = Math.min(most, count - from)
    return [
      a + 4 * from * moveA,
      b + 4 * from * moveB,
      c + 4 * from * moveC,
      byBatch ? { ...shape, batch: rows } : { ...shape, m: rows },
    ]
  })
}
