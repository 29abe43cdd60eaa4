// Activations as the products read them: round(x / scale) + zero, cut to 0 .. 255 (ONNX QuantizeLinear). The relaxed kernel
// keeps the bytes; the exact one keeps 16-bit integers with the zero taken off. Either way a row is a whole number of steps
// of 4 bytes.

/** Bytes that one activation takes. */
// @ts-ignore: decorator
@inline
export const ACTIVATION_BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 2

/** Stores four activations at `to`. */
// @ts-ignore: decorator
@inline
export function putActivations(to: usize, x: v128, scale: v128, zero: v128): void {
  const low = f32x4.neg(zero)
  const high = f32x4.sub(f32x4.splat(255), zero)
  const held = f32x4.pmin(f32x4.pmax(f32x4.div(x, scale), low), high)
  const whole = f32x4.nearest(held)
  if (ASC_FEATURE_RELAXED_SIMD) {
    const words = i32x4.trunc_sat_f32x4_s(f32x4.add(whole, zero))
    const halves = i16x8.narrow_i32x4_s(words, words)
    v128.store32_lane(to, i8x16.narrow_i16x8_u(halves, halves), 0)
  } else {
    const words = i32x4.trunc_sat_f32x4_s(whole)
    v128.store64_lane(to, i16x8.narrow_i32x4_s(words, words), 0)
  }
}

/** x [n] -> activations [n]; n is a multiple of 4. */
export function quantize(x: usize, to: usize, n: i32, scale: f32, zero: f32): void {
  const scales = f32x4.splat(scale)
  const zeros = f32x4.splat(zero)
  for (let i = 0; i < n; i += 4)
    putActivations(to + <usize>(i * ACTIVATION_BYTES), v128.load(x + (<usize>i << 2)), scales, zeros)
}
