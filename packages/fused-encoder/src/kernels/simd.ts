// Functions of four floats at a time, in the order of operations of onnxruntime's kernels (MLAS, without fused multiply-add):
// a difference in the last digit can move an activation to the next byte, which a score would show.

/** a * x + b */
// @ts-ignore: decorator
@inline
export function mulAdd(a: v128, x: v128, b: f32): v128 {
  return f32x4.add(f32x4.mul(a, x), f32x4.splat(b))
}

// @ts-ignore: decorator
@inline
export function sum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
  )
}

// @ts-ignore: decorator
@inline
export function largest(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** e^x for x <= 0 within 2e-7 of its value: 2^n times a polynomial of degree 6 (N. Juffa's coefficients). */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const held = f32x4.pmax(x, f32x4.splat(-88.3762626647949))
  // adding 1.5 * 2^23 rounds to a whole number, which then stands in the lowest bits
  const rounding = f32x4.splat(12582912)
  const biased = f32x4.add(f32x4.mul(held, f32x4.splat(1.44269504088896341)), rounding)
  const n = f32x4.sub(biased, rounding)
  // ln 2 in two parts, so that the remainder keeps its digits
  let r = f32x4.add(f32x4.mul(n, f32x4.splat(-6.93145752e-1)), held)
  r = f32x4.add(f32x4.mul(n, f32x4.splat(-1.42860677e-6)), r)
  let p = mulAdd(f32x4.splat(1.37805939e-3), r, 8.37312452e-3)
  p = mulAdd(p, r, 4.16695364e-2)
  p = mulAdd(p, r, 1.66664720e-1)
  p = mulAdd(p, r, 4.99999851e-1)
  p = mulAdd(p, r, 1)
  p = mulAdd(p, r, 1)
  return f32x4.mul(p, i32x4.add(i32x4.shl(biased, 23), f32x4.splat(1)))
}
