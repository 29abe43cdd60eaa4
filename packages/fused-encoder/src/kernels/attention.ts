// Attention of one text, a head at a time: softmax(q k' / sqrt d) v. There is no padding, so the only mask is a window: a token of a
// local layer sees those near it. Queries go in blocks, each with the keys that one of them sees.
import { floatProduct } from './float-product'
import { exp, largest, sum } from './simd'

/** queries of a block */
const BLOCK = 32

/**
 * @param qkv [T, 3 D] query, key and value side by side
 * @param out [queries, D]; the first `queries` tokens ask, all T answer
 * @param scratch (d + 32) * C floats with C = T rounded up to a multiple of 8
 * @param window a token sees those at most so many positions away; 0: all
 */
export function attention(
  qkv: usize,
  out: usize,
  scratch: usize,
  T: i32,
  queries: i32,
  D: i32,
  heads: i32,
  window: i32,
): void {
  const d = D / heads
  const C = (T + 7) & ~7
  const rowBytes = <usize>(3 * D) << 2
  const columnBytes = <usize>C << 2
  const outBytes = <usize>D << 2
  const scale: f32 = 1 / sqrt<f32>(<f32>d)
  const reach = window ? window : T
  const keys = scratch // [d, C]
  const probabilities = scratch + <usize>d * columnBytes // [BLOCK, C]
  for (let head = 0; head < heads; head++) {
    const q = qkv + (<usize>(head * d) << 2)
    const k = q + outBytes
    const v = k + outBytes
    const to = out + (<usize>(head * d) << 2)
    transpose(k, rowBytes, keys, columnBytes, T, d)
    for (let i = 0; i < queries; i += BLOCK) {
      const rows = min(BLOCK, queries - i)
      // a whole number of panels before the first key, so that every sum has the order of a text without a window
      const first = max(0, i - reach) & ~7
      const end = min(T, i + rows + reach)
      const seen = end - first
      floatProduct(
        q + <usize>i * rowBytes,
        rowBytes,
        keys + (<usize>first << 2),
        columnBytes,
        probabilities,
        columnBytes,
        rows,
        (seen + 7) & ~7,
        d,
      )
      for (let row = 0; row < rows; row++)
        softmax(
          probabilities + <usize>row * columnBytes,
          max(0, i + row - reach - first),
          min(end, i + row + reach + 1) - first,
          seen,
          scale,
        )
      floatProduct(
        probabilities,
        columnBytes,
        v + <usize>first * rowBytes,
        rowBytes,
        to + <usize>i * outBytes,
        outBytes,
        rows,
        d,
        seen,
      )
    }
  }
}

/** [T, d] -> [d, T]; what lies behind the last token stays: softmax does not look at it. */
function transpose(from: usize, rowBytes: usize, to: usize, columnBytes: usize, T: i32, d: i32): void {
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < d; j++)
      f32.store(to + <usize>j * columnBytes + (<usize>t << 2), f32.load(from + (<usize>j << 2)))
    from += rowBytes
  }
}

/** In place over `from` to `to`; zeros before it and behind it, up to `end`. Values behind `end` are not read again. */
function softmax(x: usize, from: i32, to: i32, end: i32, scale: f32): void {
  const first = from & ~3
  const scales = f32x4.splat(scale)
  let most = f32x4.splat(-Infinity)
  for (let i = first; i < to; i += 4) {
    const at = x + (<usize>i << 2)
    let v = f32x4.mul(v128.load(at), scales)
    if (i < from || i + 4 > to) v = v128.bitselect(v, f32x4.splat(-Infinity), inside(i, from, to))
    v128.store(at, v)
    most = f32x4.pmax(most, v)
  }
  const top = f32x4.splat(largest(most))
  let total = f32x4.splat(0)
  for (let i = first; i < to; i += 4) {
    const at = x + (<usize>i << 2)
    let e = exp(f32x4.sub(v128.load(at), top))
    if (i < from || i + 4 > to) e = v128.and(e, inside(i, from, to))
    v128.store(at, e)
    total = f32x4.add(total, e)
  }
  const share = f32x4.splat(1 / sum(total))
  for (let i = first; i < to; i += 4) {
    const at = x + (<usize>i << 2)
    v128.store(at, f32x4.mul(v128.load(at), share))
  }
  const zero = f32x4.splat(0)
  for (let i = 0; i < first; i += 4) v128.store(x + (<usize>i << 2), zero)
  for (let i = (to + 3) & ~3; i < end; i += 4) v128.store(x + (<usize>i << 2), zero)
}

/** Which of the four from `i` on are in `from` .. `to`. */
// @ts-ignore: decorator
@inline
export function inside(i: i32, from: i32, to: i32): v128 {
  const four = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3))
  return v128.and(i32x4.ge_s(four, i32x4.splat(from)), i32x4.lt_s(four, i32x4.splat(to)))
}
