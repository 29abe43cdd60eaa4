// Heads of the pooled state, in floats: classifier . tanh(W x + b) + c, or classifier . norm(gelu(W x + b)) + c.
import { normalize } from './layer-norm'
import { exp, sum } from './simd'

/** @param pooler [D, D], its bias [D]; classifier [D] */
export function head(x: usize, pooler: usize, bias: usize, classifier: usize, offset: f32, D: i32): f32 {
  const bytes = <usize>D << 2
  let score = offset
  for (let at: usize = 0; at < bytes; at += 4)
    score += tanh(dot(pooler + at * D, x, bytes) + f32.load(bias + at)) * f32.load(classifier + at)
  return score
}

/**
 * @param dense [D, D], its bias [D]; gamma, beta and classifier [D]
 * @param inner room for D floats
 */
export function normedHead(
  x: usize,
  dense: usize,
  bias: usize,
  gamma: usize,
  beta: usize,
  classifier: usize,
  offset: f32,
  inner: usize,
  D: i32,
  epsilon: f32,
): f32 {
  const bytes = <usize>D << 2
  for (let at: usize = 0; at < bytes; at += 4)
    f32.store(inner + at, gelu(dot(dense + at * D, x, bytes) + f32.load(bias + at)))
  normalize(inner, gamma, beta, inner, 1, D, epsilon)
  return dot(classifier, inner, bytes) + offset
}

function dot(a: usize, b: usize, bytes: usize): f32 {
  let total = f32x4.splat(0)
  for (let at: usize = 0; at < bytes; at += 16)
    total = f32x4.add(total, f32x4.mul(v128.load(a + at), v128.load(b + at)))
  return sum(total)
}

/** x (1 + erf(x / sqrt 2)) / 2 within 2e-7 of its value or of x's: Abramowitz and Stegun 7.1.26 */
function gelu(x: f32): f32 {
  const z: f32 = abs(x) * 0.70710678118654752
  const t: f32 = 1 / (1 + 0.3275911 * z)
  const p: f32 =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const erf: f32 = 1 - p * f32x4.extract_lane(exp(f32x4.splat(-z * z)), 0)
  return 0.5 * x * (1 + copysign<f32>(erf, x))
}

function tanh(x: f32): f32 {
  const e = f32x4.extract_lane(exp(f32x4.splat(-2 * abs(x))), 0)
  return copysign<f32>((1 - e) / (1 + e), x)
}
