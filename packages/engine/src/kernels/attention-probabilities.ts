// Scaled, masked softmax over the keys of every query, and its gradient.
import { exp, get, keep, largest, put, sum } from './simd'

/**
 * x, y [matrices, T, C], the first of which is number `first` of all; lengths [all / heads] int32, or 0 for no padding. A key outside `length`, more than `before`
 * positions before the query or more than `after` behind it gets 0; a query that sees no key gets zeros only.
 */
export function attentionProbabilities(
  x: usize,
  lengths: usize,
  y: usize,
  first: i32,
  matrices: i32,
  T: i32,
  C: i32,
  heads: i32,
  scale: f32,
  before: i32,
  after: i32,
): void {
  const bytes = C << 2
  const scales = f32x4.splat(scale)
  for (let z = 0; z < matrices; z++) {
    const length = lengths ? min(i32.load(lengths + (((first + z) / heads) << 2)), C) : C
    for (let t = 0; t < T; t++) {
      const position = C - T + t
      const from = min(max(position - before, 0), C)
      const to = max(min(length, position + after + 1), from)
      const start = <usize>from << 2
      memory.fill(y, 0, start)
      if (to > from) row(x + start, y + start, to - from, scales)
      memory.fill(y + (<usize>to << 2), 0, <usize>(C - to) << 2)
      x += bytes
      y += bytes
    }
  }
}

function row(x: usize, y: usize, n: i32, scales: v128): void {
  let top = f32x4.splat(-Infinity)
  const whole = n & ~3
  for (let i = 0; i < whole; i += 4) top = f32x4.pmax(top, f32x4.mul(v128.load(x + (i << 2)), scales))
  let most = largest(top)
  for (let i = whole; i < n; i++) {
    const v = f32.load(x + (i << 2)) * f32x4.extract_lane(scales, 0)
    if (v > most) most = v
  }
  const tops = f32x4.splat(most)
  let total = f32x4.splat(0)
  for (let i = 0; i < n; i += 4) {
    const left = n - i
    const e = keep(exp(f32x4.sub(f32x4.mul(get(x + (i << 2), left), scales), tops)), left)
    put(y + (i << 2), e, left)
    total = f32x4.add(total, e)
  }
  const inverse = f32x4.splat(<f32>1 / sum(total))
  for (let i = 0; i < n; i += 4) put(y + (i << 2), f32x4.mul(get(y + (i << 2), n - i), inverse), n - i)
}

/** y, dy, dx [rows, C]: dx = scale * y * (dy - sum(y * dy)); what was masked has y = 0 and so gets 0 */
export function attentionProbabilitiesGradient(
  y: usize,
  dy: usize,
  dx: usize,
  rows: i32,
  C: i32,
  scale: f32,
): void {
  const bytes = C << 2
  const scales = f32x4.splat(scale)
  for (let r = 0; r < rows; r++) {
    let dot = f32x4.splat(0)
    for (let i = 0; i < C; i += 4)
      dot = f32x4.add(dot, f32x4.mul(get(y + (i << 2), C - i), get(dy + (i << 2), C - i)))
    const dots = f32x4.splat(sum(dot))
    for (let i = 0; i < C; i += 4) {
      const at = i << 2
      const left = C - i
      const d = f32x4.mul(f32x4.sub(get(dy + at, left), dots), scales)
      put(dx + at, f32x4.mul(get(y + at, left), d), left)
    }
    y += bytes
    dy += bytes
    dx += bytes
  }
}
