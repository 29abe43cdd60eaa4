// Layer normalisation of rows and its gradients. The mean and the reciprocal deviation of each row are kept for the way back.
import { get, keep, put, sum } from './simd'

/** x, y [rows, D]; gamma, beta [D]; kept [rows, 2]: mean, 1 / sqrt(variance + epsilon) */
export function layerNorm(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  kept: usize,
  rows: i32,
  D: i32,
  epsilon: f32,
): void {
  const bytes = D << 2
  for (let r = 0; r < rows; r++) {
    let total = f32x4.splat(0)
    for (let i = 0; i < D; i += 4) total = f32x4.add(total, get(x + (i << 2), D - i))
    const mean = sum(total) / <f32>D
    const means = f32x4.splat(mean)
    let squares = f32x4.splat(0)
    for (let i = 0; i < D; i += 4) {
      const c = keep(f32x4.sub(get(x + (i << 2), D - i), means), D - i)
      squares = f32x4.add(squares, f32x4.mul(c, c))
    }
    const scale: f32 = <f32>1 / sqrt<f32>(sum(squares) / <f32>D + epsilon)
    const scales = f32x4.splat(scale)
    for (let i = 0; i < D; i += 4) {
      const at = i << 2
      const left = D - i
      const n = f32x4.mul(f32x4.sub(get(x + at, left), means), scales)
      put(y + at, f32x4.add(f32x4.mul(n, get(gamma + at, left)), get(beta + at, left)), left)
    }
    f32.store(kept, mean)
    f32.store(kept + 4, scale)
    kept += 8
    x += bytes
    y += bytes
  }
}

/** dx [rows, D], and in partial [blocks, 2, D] the sums of dGamma and dBeta over each `block` rows: what is added in which order does not depend on the number of threads */
export function layerNormGradient(
  x: usize,
  gamma: usize,
  dy: usize,
  kept: usize,
  dx: usize,
  partial: usize,
  rows: i32,
  D: i32,
  block: i32,
): void {
  const bytes = D << 2
  let dGamma = partial
  let dBeta = partial
  for (let r = 0; r < rows; r++) {
    if (r % block === 0) {
      dGamma = partial
      dBeta = partial + bytes
      partial += bytes << 1
      memory.fill(dGamma, 0, bytes << 1)
    }
    const means = f32x4.splat(f32.load(kept))
    const scales = f32x4.splat(f32.load(kept + 4))
    let first = f32x4.splat(0)
    let second = f32x4.splat(0)
    for (let i = 0; i < D; i += 4) {
      const at = i << 2
      const left = D - i
      const n = f32x4.mul(f32x4.sub(get(x + at, left), means), scales)
      const d = get(dy + at, left) // zeros behind the end, so every product below is one too
      const g = f32x4.mul(d, get(gamma + at, left))
      first = f32x4.add(first, g)
      second = f32x4.add(second, f32x4.mul(g, n))
      put(dGamma + at, f32x4.add(get(dGamma + at, left), f32x4.mul(d, n)), left)
      put(dBeta + at, f32x4.add(get(dBeta + at, left), d), left)
    }
    const a = f32x4.splat(sum(first) / <f32>D)
    const b = f32x4.splat(sum(second) / <f32>D)
    for (let i = 0; i < D; i += 4) {
      const at = i << 2
      const left = D - i
      const n = f32x4.mul(f32x4.sub(get(x + at, left), means), scales)
      const g = f32x4.mul(get(dy + at, left), get(gamma + at, left))
      put(dx + at, f32x4.mul(scales, f32x4.sub(f32x4.sub(g, a), f32x4.mul(n, b))), left)
    }
    kept += 8
    x += bytes
    dy += bytes
    dx += bytes
  }
}
