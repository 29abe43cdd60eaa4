// Layer normalisation, and the sum before it: of the embeddings, or of a layer's output and what went past it.

/**
 * Rows x [rows, D] -> out [rows, D], (x - mean) / sqrt(variance + epsilon) * gamma + beta, mean and variance by Welford's
 * recurrence, as onnxruntime does. A step of it waits for the one before, so eight rows go side by side, one a lane; past
 * the last row the lanes repeat it. `out` may be `x`.
 */
export function normalize(
  x: usize,
  gamma: usize,
  beta: usize,
  out: usize,
  rows: i32,
  D: i32,
  epsilon: f32,
): void {
  const bytes = <usize>D << 2
  const last = x + <usize>(rows - 1) * bytes
  const shift = out - x
  for (let row = 0; row < rows; row += 8) {
    const r0 = x + <usize>row * bytes
    const r1 = min(r0 + bytes, last)
    const r2 = min(r0 + 2 * bytes, last)
    const r3 = min(r0 + 3 * bytes, last)
    const r4 = min(r0 + 4 * bytes, last)
    const r5 = min(r0 + 5 * bytes, last)
    const r6 = min(r0 + 6 * bytes, last)
    const r7 = min(r0 + 7 * bytes, last)
    let meanA = f32x4.splat(0), meanB = meanA
    let squaresA = meanA, squaresB = meanA
    let count: f32 = 0
    for (let i: usize = 0; i < bytes; i += 4) {
      const a = column(r0 + i, r1 + i, r2 + i, r3 + i)
      const b = column(r4 + i, r5 + i, r6 + i, r7 + i)
      count += 1
      const counts = f32x4.splat(count)
      const fromA = f32x4.sub(a, meanA)
      const fromB = f32x4.sub(b, meanB)
      meanA = f32x4.add(meanA, f32x4.div(fromA, counts))
      meanB = f32x4.add(meanB, f32x4.div(fromB, counts))
      squaresA = f32x4.add(squaresA, f32x4.mul(fromA, f32x4.sub(a, meanA)))
      squaresB = f32x4.add(squaresB, f32x4.mul(fromB, f32x4.sub(b, meanB)))
    }
    const n = min(8, rows - row)
    const deviationA = deviation(squaresA, count, epsilon)
    const deviationB = deviation(squaresB, count, epsilon)
    scale(r0, shift, gamma, beta, bytes, f32x4.extract_lane(meanA, 0), f32x4.extract_lane(deviationA, 0))
    if (n > 1) scale(r1, shift, gamma, beta, bytes, f32x4.extract_lane(meanA, 1), f32x4.extract_lane(deviationA, 1))
    if (n > 2) scale(r2, shift, gamma, beta, bytes, f32x4.extract_lane(meanA, 2), f32x4.extract_lane(deviationA, 2))
    if (n > 3) scale(r3, shift, gamma, beta, bytes, f32x4.extract_lane(meanA, 3), f32x4.extract_lane(deviationA, 3))
    if (n > 4) scale(r4, shift, gamma, beta, bytes, f32x4.extract_lane(meanB, 0), f32x4.extract_lane(deviationB, 0))
    if (n > 5) scale(r5, shift, gamma, beta, bytes, f32x4.extract_lane(meanB, 1), f32x4.extract_lane(deviationB, 1))
    if (n > 6) scale(r6, shift, gamma, beta, bytes, f32x4.extract_lane(meanB, 2), f32x4.extract_lane(deviationB, 2))
    if (n > 7) scale(r7, shift, gamma, beta, bytes, f32x4.extract_lane(meanB, 3), f32x4.extract_lane(deviationB, 3))
  }
}

// @ts-ignore: decorator
@inline
export function column(a: usize, b: usize, c: usize, d: usize): v128 {
  const ab = v128.load32_lane(b, v128.load32_zero(a), 1)
  return v128.load32_lane(d, v128.load32_lane(c, ab, 2), 3)
}

// @ts-ignore: decorator
@inline
export function deviation(squares: v128, count: f32, epsilon: f32): v128 {
  return f32x4.sqrt(f32x4.add(f32x4.div(squares, f32x4.splat(count)), f32x4.splat(epsilon)))
}

/** Puts the row at x, scaled, `shift` bytes behind it. */
function scale(
  x: usize,
  shift: usize,
  gamma: usize,
  beta: usize,
  bytes: usize,
  mean: f32,
  deviation: f32,
): void {
  const means = f32x4.splat(mean)
  const deviations = f32x4.splat(deviation)
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = f32x4.div(f32x4.sub(v128.load(x + i), means), deviations)
    v128.store(x + shift + i, f32x4.add(f32x4.mul(v, v128.load(gamma + i)), v128.load(beta + i)))
  }
}

/** sum [rows, D] = x + skip, out [rows, D] = norm(sum); `out` may be `sum`. */
export function skipNorm(
  x: usize,
  skip: usize,
  gamma: usize,
  beta: usize,
  sum: usize,
  out: usize,
  rows: i32,
  D: i32,
  epsilon: f32,
): void {
  for (let i: usize = 0, bytes = <usize>(rows * D) << 2; i < bytes; i += 16)
    v128.store(sum + i, f32x4.add(v128.load(x + i), v128.load(skip + i)))
  normalize(sum, gamma, beta, out, rows, D, epsilon)
}

/**
 * out [T, D] = norm(word + type + position); words are bytes with a scale a row.
 * @param ids, typeIds [T] int32
 * @param types, positions tables; 0 where the model has none
 */
export function embed(
  ids: usize,
  typeIds: usize,
  words: usize,
  wordScales: usize,
  types: usize,
  positions: usize,
  gamma: usize,
  beta: usize,
  out: usize,
  T: i32,
  D: i32,
  epsilon: f32,
): void {
  const bytes = <usize>D << 2
  for (let t = 0; t < T; t++) {
    const id = i32.load(ids + (<usize>t << 2))
    const word = words + <usize>id * <usize>D
    const scale = f32x4.splat(f32.load(wordScales + (<usize>id << 2)))
    const type = types + <usize>i32.load(typeIds + (<usize>t << 2)) * bytes
    const position = positions + <usize>t * bytes
    const to = out + <usize>t * bytes
    for (let i = 0; i < D; i += 4) {
      const at = <usize>i << 2
      const four = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(word + <usize>i)))
      let value = f32x4.mul(f32x4.convert_i32x4_s(four), scale)
      if (types) value = f32x4.add(value, v128.load(type + at))
      if (positions) value = f32x4.add(value, v128.load(position + at))
      v128.store(to + at, value)
    }
  }
  normalize(out, gamma, beta, out, T, D, epsilon)
}
