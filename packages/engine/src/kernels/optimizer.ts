// AdamW on one weight, in place, and the sum of squares that clipping needs.
import { get, put } from './simd'

/**
 * mean = keepMean * mean + newMean * g; square = keepSquare * square + newSquare * g^2;
 * weight = shrink * weight - rate * mean / (sqrt(square * correction) + epsilon), with g = scale * gradient
 */
export function adamw(
  weight: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  n: i32,
  scale: f32,
  keepMean: f32,
  newMean: f32,
  keepSquare: f32,
  newSquare: f32,
  correction: f32,
  epsilon: f32,
  shrink: f32,
  rate: f32,
): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2
    const left = n - i
    const g = f32x4.mul(get(gradient + at, left), f32x4.splat(scale))
    const m = f32x4.add(
      f32x4.mul(get(mean + at, left), f32x4.splat(keepMean)),
      f32x4.mul(g, f32x4.splat(newMean)),
    )
    const s = f32x4.add(
      f32x4.mul(get(square + at, left), f32x4.splat(keepSquare)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(newSquare)),
    )
    const deviation = f32x4.add(f32x4.sqrt(f32x4.mul(s, f32x4.splat(correction))), f32x4.splat(epsilon))
    const move = f32x4.mul(f32x4.splat(rate), f32x4.div(m, deviation))
    put(mean + at, m, left)
    put(square + at, s, left)
    put(weight + at, f32x4.sub(f32x4.mul(get(weight + at, left), f32x4.splat(shrink)), move), left)
  }
}

/** Sums of squares of each `block` entries, in double precision: out [blocks] f64 */
export function sumsOfSquares(x: usize, out: usize, n: i32, block: i32): void {
  for (let from = 0; from < n; from += block) {
    f64.store(out, sumOfSquares(x + (<usize>from << 2), min(block, n - from)))
    out += 8
  }
}

function sumOfSquares(x: usize, n: i32): f64 {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (let i = 0; i < n; i += 4) {
    const v = get(x + (<usize>i << 2), n - i)
    const a = f64x2.promote_low_f32x4(v)
    const b = f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7))
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
  }
  const both = f64x2.add(low, high)
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
}
