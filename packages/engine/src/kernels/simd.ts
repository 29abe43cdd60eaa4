// Four floats at a time, and the functions the standard library would bring tables for. A side module shares the heap of
// TensorFlow.js and may bring no static data of its own, so exp, log and erf are polynomials here.

/** Four floats at p, or the `left` < 4 that are there with zeros behind. */
// @ts-ignore: decorator
@inline
export function get(p: usize, left: i32): v128 {
  return left >= 4 ? v128.load(p) : getTail(p, left)
}

/** Stores four floats at p, or only the first `left`. */
// @ts-ignore: decorator
@inline
export function put(p: usize, v: v128, left: i32): void {
  if (left >= 4) v128.store(p, v)
  else putTail(p, v, left)
}

/** v with zeros behind its first `left` lanes. */
// @ts-ignore: decorator
@inline
export function keep(v: v128, left: i32): v128 {
  return left >= 4 ? v : v128.and(v, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left)))
}

function getTail(p: usize, left: i32): v128 {
  let v = v128.load32_zero(p)
  if (left > 1) v = v128.load_lane<f32>(p + 4, v, 1)
  if (left > 2) v = v128.load_lane<f32>(p + 8, v, 2)
  return v
}

function putTail(p: usize, v: v128, left: i32): void {
  f32.store(p, f32x4.extract_lane(v, 0))
  if (left > 1) f32.store(p + 4, f32x4.extract_lane(v, 1))
  if (left > 2) f32.store(p + 8, f32x4.extract_lane(v, 2))
}

// @ts-ignore: decorator
@inline
export function sum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  )
}

// @ts-ignore: decorator
@inline
export function largest(v: v128): f32 {
  let m = f32x4.extract_lane(v, 0)
  if (f32x4.extract_lane(v, 1) > m) m = f32x4.extract_lane(v, 1)
  if (f32x4.extract_lane(v, 2) > m) m = f32x4.extract_lane(v, 2)
  if (f32x4.extract_lane(v, 3) > m) m = f32x4.extract_lane(v, 3)
  return m
}

/** a * x + b */
// @ts-ignore: decorator
@inline
export function mulAdd(a: v128, x: v128, b: f32): v128 {
  return f32x4.add(f32x4.mul(a, x), f32x4.splat(b))
}

/** e^x within 2e-7 of its value (Cephes expf); NaN stays NaN, and x is held between -87.3 and 88.3. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const held = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.33)), f32x4.splat(88.37))
  const n = f32x4.nearest(f32x4.mul(held, f32x4.splat(1.44269504)))
  // ln 2 in two parts, so that the remainder keeps its digits
  let r = f32x4.sub(held, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)))
  let p = mulAdd(f32x4.splat(1.98756915e-4), r, 1.3981999507e-3)
  p = mulAdd(p, r, 8.3334519073e-3)
  p = mulAdd(p, r, 4.1665795894e-2)
  p = mulAdd(p, r, 1.6666665459e-1)
  p = mulAdd(p, r, 5.0000001201e-1)
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

/** 1 / (1 + e^-x) */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))))
}

/** The error function within 3e-7: the rational approximation that Eigen and XLA use, and 1 or -1 where a float is that. */
// @ts-ignore: decorator
@inline
export function erf(value: v128): v128 {
  const x = f32x4.pmin(f32x4.pmax(value, f32x4.splat(-4)), f32x4.splat(4))
  const x2 = f32x4.mul(x, x)
  let p = mulAdd(f32x4.splat(-2.72614225801306e-10), x2, 2.77068142495902e-8)
  p = mulAdd(p, x2, -2.10102402082508e-6)
  p = mulAdd(p, x2, -5.69250639462346e-5)
  p = mulAdd(p, x2, -7.3499063032685e-4)
  p = mulAdd(p, x2, -2.95459980854025e-3)
  p = mulAdd(p, x2, -1.60960333262415e-2)
  let q = mulAdd(f32x4.splat(-1.45660718464996e-5), x2, -2.13374055278905e-4)
  q = mulAdd(q, x2, -1.68282697438203e-3)
  q = mulAdd(q, x2, -7.37332916720468e-3)
  q = mulAdd(q, x2, -1.42647390514189e-2)
  const inside = f32x4.div(f32x4.mul(x, p), q)
  const sign = v128.or(v128.and(value, f32x4.splat(-0.0)), f32x4.splat(1))
  return v128.bitselect(sign, inside, f32x4.gt(f32x4.abs(value), f32x4.splat(3.92)))
}

/** Natural logarithm of a positive, normal x (NaN and infinity stay what they are): exponent, and the mantissa by the series of the inverse hyperbolic tangent. */
export function log(x: f64): f64 {
  if (!(x < Infinity)) return x
  const bits = reinterpret<u64>(x)
  let exponent = <i32>(bits >> 52) - 1023
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    exponent++
  }
  const q = (m - 1) / (m + 1)
  const q2 = q * q
  const series = 1 + q2 * (1.0 / 3 + q2 * (1.0 / 5 + q2 * (1.0 / 7 + q2 * (1.0 / 9 + q2 * (1.0 / 11)))))
  return 2 * q * series + <f64>exponent * 0.6931471805599453
}
