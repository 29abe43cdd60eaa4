// The integer product of activations and packed weights. Sums stay in registers until they are whole.
//
// Weights are packed in panels of 8 outputs. A panel is a row of steps; a step is two vectors of weights, each of 4 outputs
// times the inputs that one 32-bit read of a row of activations brings: 4 bytes, or 2 16-bit integers.
import { ACTIVATION_BYTES } from './activation-bytes'

/** Bytes of the weights of 4 outputs in a step. */
// @ts-ignore: decorator
@inline
export const VECTOR: usize = ASC_FEATURE_RELAXED_SIMD ? 16 : 8

// @ts-ignore: decorator
@inline
export function weights(p: usize): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.load(p) : v128.load8x8_s(p)
}

// read from memory once a call: V8 makes a constant in the code anew in every step
const ONES = memory.data<i16>([1, 1, 1, 1, 1, 1, 1, 1])

/**
 * Adds the products of a step. The relaxed instruction of i32 must read its second operand as unsigned bytes: see probe.ts. Where the
 * machine has no such instruction, V8 makes five of it. With activations of seven bits two products fit into 16 bits, and three are enough.
 * @typeParam Pair the type in which two products are added: i16 for activations of seven bits
 * @param ones [8] of 16 bits
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd<Pair>(sums: v128, w: v128, a: v128, ones: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return i32x4.add(sums, i32x4.dot_i16x8_s(w, a))
  if (sizeof<Pair>() === 4) return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, a, sums)
  return i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(w, a), ones))
}

/** Stores the 4 outputs of a panel's left or right half: (sum + correction) * scale + bias, on top of what is there if `adds`. */
// @ts-ignore: decorator
@inline
export function put(to: usize, sums: v128, half: usize, adds: bool): void {
  const exact = f32x4.convert_i32x4_s(i32x4.add(sums, v128.load(half)))
  const y = f32x4.add(f32x4.mul(exact, v128.load(half, 32)), v128.load(half, 64))
  v128.store(to, adds ? f32x4.add(v128.load(to), y) : y)
}

/**
 * out [rows, n] = a [rows, k] w [k, n], scaled and biased; n is a multiple of 8, k of 4.
 * @param panels [n / 8][24]: 8 corrections (int32), 8 scales, 8 biases (float)
 * @param stride floats from one row of out to the next
 * @param adds whether it is added to what is in out
 */
export function linear(
  a: usize,
  w: usize,
  panels: usize,
  out: usize,
  rows: i32,
  n: i32,
  k: i32,
  stride: i32,
  adds: bool,
): void {
  multiply<i32>(a, w, panels, out, rows, n, k, stride, adds)
}

/** The same of activations of seven bits. */
export function linearOfSeven(
  a: usize,
  w: usize,
  panels: usize,
  out: usize,
  rows: i32,
  n: i32,
  k: i32,
  stride: i32,
  adds: bool,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) multiply<i16>(a, w, panels, out, rows, n, k, stride, adds)
  else multiply<i32>(a, w, panels, out, rows, n, k, stride, adds)
}

function multiply<Pair>(
  a: usize,
  w: usize,
  panels: usize,
  out: usize,
  rows: i32,
  n: i32,
  k: i32,
  stride: i32,
  adds: bool,
): void {
  const row = <usize>(k * ACTIVATION_BYTES)
  const next = <usize>stride << 2
  for (let j = 0; j < n; j += 8) {
    const column = w + <usize>(j * k)
    const panel = panels + <usize>(j * 12)
    const to = out + (<usize>j << 2)
    let i = 0
    for (; i + 4 <= rows; i += 4)
      four<Pair>(a + <usize>i * row, row, column, panel, to + <usize>i * next, next, adds)
    for (; i < rows; i++) one<Pair>(a + <usize>i * row, row, column, panel, to + <usize>i * next, adds)
  }
}

function four<Pair>(a: usize, row: usize, w: usize, panel: usize, out: usize, next: usize, adds: bool): void {
  let a0 = i32x4.splat(0), a1 = a0, b0 = a0, b1 = a0
  let c0 = a0, c1 = a0, d0 = a0, d1 = a0
  const ones = v128.load(ONES)
  const b = a + row
  const c = b + row
  const d = c + row
  for (let at: usize = 0; at < row; at += 4) {
    const left = weights(w)
    const right = weights(w + VECTOR)
    w += 2 * VECTOR
    let x = v128.load32_splat(a + at)
    a0 = multiplyAdd<Pair>(a0, left, x, ones)
    a1 = multiplyAdd<Pair>(a1, right, x, ones)
    x = v128.load32_splat(b + at)
    b0 = multiplyAdd<Pair>(b0, left, x, ones)
    b1 = multiplyAdd<Pair>(b1, right, x, ones)
    x = v128.load32_splat(c + at)
    c0 = multiplyAdd<Pair>(c0, left, x, ones)
    c1 = multiplyAdd<Pair>(c1, right, x, ones)
    x = v128.load32_splat(d + at)
    d0 = multiplyAdd<Pair>(d0, left, x, ones)
    d1 = multiplyAdd<Pair>(d1, right, x, ones)
  }
  put(out, a0, panel, adds)
  put(out + 16, a1, panel + 16, adds)
  out += next
  put(out, b0, panel, adds)
  put(out + 16, b1, panel + 16, adds)
  out += next
  put(out, c0, panel, adds)
  put(out + 16, c1, panel + 16, adds)
  out += next
  put(out, d0, panel, adds)
  put(out + 16, d1, panel + 16, adds)
}

function one<Pair>(a: usize, row: usize, w: usize, panel: usize, out: usize, adds: bool): void {
  let left = i32x4.splat(0), right = left
  const ones = v128.load(ONES)
  for (let at: usize = 0; at < row; at += 4) {
    const x = v128.load32_splat(a + at)
    left = multiplyAdd<Pair>(left, weights(w), x, ones)
    right = multiplyAdd<Pair>(right, weights(w + VECTOR), x, ones)
    w += 2 * VECTOR
  }
  put(out, left, panel, adds)
  put(out + 16, right, panel + 16, adds)
}
