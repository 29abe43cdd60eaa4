// GELU (exact, by erf) and SwiGLU, element by element, with their gradients.
import { erf, exp, get, put, sigmoid } from './simd'

/** The normal distribution function. */
// @ts-ignore: decorator
@inline
export function cumulative(x: v128): v128 {
  const e = erf(f32x4.mul(x, f32x4.splat(0.7071067811865476)))
  return f32x4.mul(f32x4.splat(0.5), f32x4.add(f32x4.splat(1), e))
}

export function gelu(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2
    const v = get(x + at, n - i)
    put(y + at, f32x4.mul(v, cumulative(v)), n - i)
  }
}

/** of y = x * cumulative(x), which is a division away: no second error function */
export function geluGradient(x: usize, y: usize, dy: usize, dx: usize, n: i32): void {
  const half = f32x4.splat(0.5)
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2
    const v = get(x + at, n - i)
    const bell = exp(f32x4.mul(f32x4.mul(v, v), f32x4.splat(-0.5)))
    const density = f32x4.mul(f32x4.splat(0.3989422804014327), bell)
    // so near 0 that y has lost digits, or is 0
    const near = f32x4.lt(f32x4.abs(v), f32x4.splat(1e-30))
    const share = v128.bitselect(half, f32x4.div(get(y + at, n - i), v), near)
    const slope = f32x4.add(share, f32x4.mul(v, density))
    put(dx + at, f32x4.mul(get(dy + at, n - i), slope), n - i)
  }
}

/** y = gate * sigmoid(gate) * up */
export function swiglu(gate: usize, up: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2
    const g = get(gate + at, n - i)
    put(y + at, f32x4.mul(f32x4.mul(g, sigmoid(g)), get(up + at, n - i)), n - i)
  }
}

export function swigluGradient(gate: usize, up: usize, dy: usize, dGate: usize, dUp: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2
    const left = n - i
    const g = get(gate + at, left)
    const d = get(dy + at, left)
    const s = sigmoid(g)
    const silu = f32x4.mul(g, s)
    const slope = f32x4.add(s, f32x4.mul(silu, f32x4.sub(f32x4.splat(1), s)))
    put(dUp + at, f32x4.mul(d, silu), left)
    put(dGate + at, f32x4.mul(f32x4.mul(d, get(up + at, left)), slope), left)
  }
}
