// Cross entropy of softmax against one right class a row; rows whose target is negative do not count.
import { exp, get, keep, largest, log, put, sum } from './simd'

/** logits [rows, V]; normalisers [rows]: log of the sum of the exponentials */
export function logSumExp(logits: usize, normalisers: usize, rows: i32, V: i32): void {
  const whole = V & ~3
  for (let r = 0; r < rows; r++) {
    let top = f32x4.splat(-Infinity)
    for (let i = 0; i < whole; i += 4) top = f32x4.pmax(top, v128.load(logits + (i << 2)))
    let most = largest(top)
    for (let i = whole; i < V; i++) most = f32.load(logits + (i << 2)) > most ? f32.load(logits + (i << 2)) : most
    const tops = f32x4.splat(most)
    let exponentials = f32x4.splat(0)
    for (let i = 0; i < V; i += 4)
      exponentials = f32x4.add(
        exponentials,
        keep(exp(f32x4.sub(get(logits + (i << 2), V - i), tops)), V - i),
      )
    f32.store(normalisers + (r << 2), <f32>(<f64>most + log(<f64>sum(exponentials))))
    logits += V << 2
  }
}

/**
 * targets [rows] int32; normalisers [rows] as above; loss [1]: the mean.
 * @returns how many rows count, or -1 - r when the target of row r is no class
 */
export function crossEntropy(
  logits: usize,
  targets: usize,
  normalisers: usize,
  loss: usize,
  rows: i32,
  V: i32,
): i32 {
  let counted = 0
  let total: f64 = 0
  for (let r = 0; r < rows; r++) {
    const target = i32.load(targets + (r << 2))
    if (target >= V) return -1 - r
    if (target >= 0) {
      counted++
      total += <f64>f32.load(normalisers + (r << 2)) - <f64>f32.load(logits + (target << 2))
    }
    logits += V << 2
  }
  f32.store(loss, counted ? <f32>(total / <f64>counted) : 0)
  return counted
}

/** dLogits [rows, V] = (softmax - right class) * dy[0] / counted; zeros in rows that do not count */
export function crossEntropyGradient(
  logits: usize,
  targets: usize,
  normalisers: usize,
  dy: usize,
  dLogits: usize,
  rows: i32,
  V: i32,
  counted: i32,
): void {
  const weight: f32 = f32.load(dy) / <f32>max(counted, 1)
  const weights = f32x4.splat(weight)
  const bytes = V << 2
  for (let r = 0; r < rows; r++) {
    const target = i32.load(targets + (r << 2))
    if (target < 0) memory.fill(dLogits, 0, bytes)
    else {
      const n = f32x4.splat(f32.load(normalisers + (r << 2)))
      for (let i = 0; i < V; i += 4) {
        const p = exp(f32x4.sub(get(logits + (i << 2), V - i), n))
        put(dLogits + (i << 2), f32x4.mul(p, weights), V - i)
      }
      const right = dLogits + (target << 2)
      f32.store(right, f32.load(right) - weight)
    }
    logits += bytes
    dLogits += bytes
  }
}
