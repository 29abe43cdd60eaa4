// Root-mean-square normalisation of rows and its gradients; the reciprocal root of each row is kept for the way back.
import { get, put, sum } from './simd'

/** x, y [rows, D]; gamma [D]; kept [rows]: 1 / sqrt(mean square + epsilon) */
export function rmsNorm(
  x: usize,
  gamma: usize,
  y: usize,
  kept: usize,
  rows: i32,
  D: i32,
  epsilon: f32,
): void {
  const bytes = D << 2
  for (let r = 0; r < rows; r++) {
    let squares = f32x4.splat(0)
    for (let i = 0; i < D; i += 4) {
      const v = get(x + (i << 2), D - i)
      squares = f32x4.add(squares, f32x4.mul(v, v))
    }
    const scale: f32 = <f32>1 / sqrt<f32>(sum(squares) / <f32>D + epsilon)
    const scales = f32x4.splat(scale)
    for (let i = 0; i < D; i += 4) {
      const at = i << 2
      const left = D - i
      put(y + at, f32x4.mul(f32x4.mul(get(x + at, left), scales), get(gamma + at, left)), left)
    }
    f32.store(kept, scale)
    kept += 4
    x += bytes
    y += bytes
  }
}

/** dx [rows, D], and in partial [blocks, D] the sum of dGamma over each `block` rows */
export function rmsNormGradient(
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
  for (let r = 0; r < rows; r++) {
    if (r % block === 0) {
      dGamma = partial
      partial += bytes
      memory.fill(dGamma, 0, bytes)
    }
    const scales = f32x4.splat(f32.load(kept))
    let dot = f32x4.splat(0)
    for (let i = 0; i < D; i += 4) {
      const at = i << 2
      const left = D - i
      const n = f32x4.mul(get(x + at, left), scales)
      const d = get(dy + at, left)
      dot = f32x4.add(dot, f32x4.mul(f32x4.mul(d, get(gamma + at, left)), n))
      put(dGamma + at, f32x4.add(get(dGamma + at, left), f32x4.mul(d, n)), left)
    }
    const b = f32x4.splat(sum(dot) / <f32>D)
    for (let i = 0; i < D; i += 4) {
      const at = i << 2
      const left = D - i
      const n = f32x4.mul(get(x + at, left), scales)
      const g = f32x4.mul(get(dy + at, left), get(gamma + at, left))
      put(dx + at, f32x4.mul(scales, f32x4.sub(g, f32x4.mul(n, b))), left)
    }
    kept += 4
    x += bytes
    dy += bytes
    dx += bytes
  }
}
