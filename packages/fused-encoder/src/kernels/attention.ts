// Attention of one text, a head at a time: softmax(q k' / sqrt d) v. There is no mask, because there is no padding.
import { floatProduct } from './float-product'
import { exp, largest, sum } from './simd'

/**
 * @param qkv [T, 3 D] query, key and value side by side
 * @param out [queries, D]; the first `queries` tokens ask, all T answer
 * @param scratch (d + queries) * C floats with C = T rounded up to a multiple of 8
 */
export function attention(
  qkv: usize,
  out: usize,
  scratch: usize,
  T: i32,
  queries: i32,
  D: i32,
  heads: i32,
): void {
  const d = D / heads
  const C = (T + 7) & ~7
  const rowBytes = <usize>(3 * D) << 2
  const columnBytes = <usize>C << 2
  const scale: f32 = 1 / sqrt<f32>(<f32>d)
  const keys = scratch // [d, C]
  const probabilities = scratch + <usize>d * columnBytes // [queries, C]
  for (let head = 0; head < heads; head++) {
    const q = qkv + (<usize>(head * d) << 2)
    const k = q + (<usize>D << 2)
    const v = k + (<usize>D << 2)
    transpose(k, rowBytes, keys, columnBytes, T, d)
    floatProduct(q, rowBytes, keys, columnBytes, probabilities, columnBytes, queries, C, d)
    for (let i = 0; i < queries; i++) softmax(probabilities + <usize>i * columnBytes, T, scale)
    floatProduct(
      probabilities,
      columnBytes,
      v,
      rowBytes,
      out + (<usize>(head * d) << 2),
      <usize>D << 2,
      queries,
      d,
      T,
    )
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

/** In place over the first T; what lies behind them is not read again. */
function softmax(x: usize, T: i32, scale: f32): void {
  const whole = T & ~3
  const lanes = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(T - whole))
  const scales = f32x4.splat(scale)
  let most = f32x4.splat(-Infinity)
  for (let i = 0; i < T; i += 4) {
    const at = x + (<usize>i << 2)
    let v = f32x4.mul(v128.load(at), scales)
    if (i === whole) v = v128.bitselect(v, f32x4.splat(-Infinity), lanes)
    v128.store(at, v)
    most = f32x4.pmax(most, v)
  }
  const top = f32x4.splat(largest(most))
  let total = f32x4.splat(0)
  for (let i = 0; i < T; i += 4) {
    const at = x + (<usize>i << 2)
    let e = exp(f32x4.sub(v128.load(at), top))
    if (i === whole) e = v128.and(e, lanes)
    v128.store(at, e)
    total = f32x4.add(total, e)
  }
  const share = f32x4.splat(1 / sum(total))
  for (let i = 0; i < T; i += 4) {
    const at = x + (<usize>i << 2)
    v128.store(at, f32x4.mul(v128.load(at), share))
  }
}
