// GELU by the hyperbolic tangent (Hendrycks & Gimpel 2016), x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), and the bytes
// that the next product reads. The tangent is the rational approximation that Eigen and onnxruntime use, within 4e-7.
import { ACTIVATION_BYTES, mostOf, putActivations, putRest } from './activation-bytes'

// Read from memory once a call: a constant in the code would be made anew, in several instructions, for every four numbers.
const CONSTANTS = memory.data<f32>([
  // 0.044715 sqrt(2 / pi), sqrt(2 / pi)
  0.035677408136300125, 0.7978845608028654,
  // x^13 to x^1 of the numerator
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5,
  6.37261928875436e-4, 4.89352455891786e-3,
  // x^6 to x^0 of the denominator
  1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3,
])

/**
 * gelu(x) [rows, width] -> activations [rows, width]; width is a multiple of 4; `rest`, `restScale` and `most` as of `quantize`.
 * @param gated whether a row of x has as many gates behind its numbers, which gelu is multiplied by (GeGLU, Shazeer 2020)
 */
export function gelu(
  x: usize,
  to: usize,
  rows: i32,
  width: i32,
  gated: bool,
  scale: f32,
  zero: f32,
  rest: usize,
  restScale: f32,
  most: f32,
): void {
  const cubic = v128.load32_splat(CONSTANTS)
  const slope = v128.load32_splat(CONSTANTS, 4)
  const p13 = v128.load32_splat(CONSTANTS, 8)
  const p11 = v128.load32_splat(CONSTANTS, 12)
  const p9 = v128.load32_splat(CONSTANTS, 16)
  const p7 = v128.load32_splat(CONSTANTS, 20)
  const p5 = v128.load32_splat(CONSTANTS, 24)
  const p3 = v128.load32_splat(CONSTANTS, 28)
  const p1 = v128.load32_splat(CONSTANTS, 32)
  const q6 = v128.load32_splat(CONSTANTS, 36)
  const q4 = v128.load32_splat(CONSTANTS, 40)
  const q2 = v128.load32_splat(CONSTANTS, 44)
  const q0 = v128.load32_splat(CONSTANTS, 48)
  const scales = f32x4.splat(scale)
  const zeros = f32x4.splat(zero)
  const restScales = f32x4.splat(restScale)
  const largest = f32x4.splat(mostOf(most))
  const gate = <usize>width << 2
  let at: usize = 0
  for (let row = 0; row < rows; row++) {
    for (let end = x + gate; x < end; x += 16) {
      const v = v128.load(x)
      const inner = f32x4.mul(v, f32x4.add(f32x4.mul(f32x4.mul(cubic, v), v), slope))
      const c = f32x4.pmin(f32x4.pmax(inner, f32x4.splat(-9)), f32x4.splat(9))
      const c2 = f32x4.mul(c, c)
      let p = f32x4.add(f32x4.mul(c2, p13), p11)
      p = f32x4.add(f32x4.mul(p, c2), p9)
      p = f32x4.add(f32x4.mul(p, c2), p7)
      p = f32x4.add(f32x4.mul(p, c2), p5)
      p = f32x4.add(f32x4.mul(p, c2), p3)
      p = f32x4.add(f32x4.mul(p, c2), p1)
      let q = f32x4.add(f32x4.mul(c2, q6), q4)
      q = f32x4.add(f32x4.mul(q, c2), q2)
      q = f32x4.add(f32x4.mul(q, c2), q0)
      const tanh = f32x4.div(f32x4.mul(p, c), q)
      let y = f32x4.mul(f32x4.mul(v, f32x4.splat(0.5)), f32x4.add(tanh, f32x4.splat(1)))
      if (gated) y = f32x4.mul(y, v128.load(x + gate))
      const whole = putActivations(to + at, y, scales, zeros, largest)
      if (rest) putRest(rest + at, y, whole, scales, restScales)
      at += 4 * ACTIVATION_BYTES
    }
    if (gated) x += gate
  }
}
