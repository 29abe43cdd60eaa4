// Pooler and classifier of the first token, in floats: classifier . tanh(W x + b) + c.
import { exp, sum } from './simd'

/** @param pooler [D, D], its bias [D]; classifier [D] */
export function head(x: usize, pooler: usize, bias: usize, classifier: usize, offset: f32, D: i32): f32 {
  const bytes = <usize>D << 2
  let score = offset
  for (let i = 0; i < D; i++) {
    let total = f32x4.splat(0)
    const row = pooler + <usize>i * bytes
    for (let at: usize = 0; at < bytes; at += 16)
      total = f32x4.add(total, f32x4.mul(v128.load(row + at), v128.load(x + at)))
    score += tanh(sum(total) + f32.load(bias + (<usize>i << 2))) * f32.load(classifier + (<usize>i << 2))
  }
  return score
}

function tanh(x: f32): f32 {
  const e = f32x4.extract_lane(exp(f32x4.splat(-2 * abs(x))), 0)
  return copysign<f32>((1 - e) / (1 + e), x)
}
