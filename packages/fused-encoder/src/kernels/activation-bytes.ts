// Activations as the products read them: round(x / scale) + zero, cut to 0 .. 255 (ONNX QuantizeLinear). The relaxed kernel
// keeps the bytes; the exact one keeps 16-bit integers with the zero taken off, which may have more steps than a byte. Either way a row is a whole number of steps
// of 4 bytes.

/** Bytes that one activation takes. */
// @ts-ignore: decorator
@inline
export const ACTIVATION_BYTES: i32 = ASC_FEATURE_RELAXED_SIMD ? 1 : 2

/** Stores four activations at `to`, cut to 0 .. `most`; returns what they stand for, in steps from zero. */
// @ts-ignore: decorator
@inline
export function putActivations(to: usize, x: v128, scale: v128, zero: v128, most: v128): v128 {
  const low = f32x4.neg(zero)
  const high = f32x4.sub(most, zero)
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
  return whole
}

/** The argument, or a byte's default: JavaScript passes NaN for an omitted argument. */
// @ts-ignore: decorator
@inline
export function mostOf(given: f32): f32 {
  return given > 0 ? given : 255
}

/** Stores at `rest` what four activations leave of x; the zero of these bytes is 128. */
// @ts-ignore: decorator
@inline
export function putRest(rest: usize, x: v128, whole: v128, scale: v128, restScale: v128): void {
  putActivations(rest, f32x4.sub(x, f32x4.mul(whole, scale)), restScale, f32x4.splat(128), f32x4.splat(255))
}

/**
 * x [n] -> activations [n]; n is a multiple of 4.
 * @param rest where what they leave goes, as activations of the scale `restScale`; 0: nowhere
 * @param most largest activation; 255 where it is not given. The exact kernel's 16-bit integers hold more than a byte
 */
export function quantize(
  x: usize,
  to: usize,
  n: i32,
  scale: f32,
  zero: f32,
  rest: usize,
  restScale: f32,
  most: f32,
): void {
  const scales = f32x4.splat(scale)
  const zeros = f32x4.splat(zero)
  const restScales = f32x4.splat(restScale)
  const largest = f32x4.splat(mostOf(most))
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(x + (<usize>i << 2))
    const at = <usize>(i * ACTIVATION_BYTES)
    const whole = putActivations(to + at, v, scales, zeros, largest)
    if (rest) putRest(rest + at, v, whole, scales, restScales)
  }
}
