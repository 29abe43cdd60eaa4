// Moving and adding whole rows: the bias of a dense layer, and tables of embeddings.
import { get, put } from './simd'

/** y [rows, D] += bias [D] */
export function addBias(y: usize, bias: usize, rows: i32, D: i32): void {
  for (let r = 0; r < rows; r++) {
    add(y, bias, D)
    y += D << 2
  }
}

/** y = a + b, element by element */
export function addTensors(a: usize, b: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2
    put(y + at, f32x4.add(get(a + at, n - i), get(b + at, n - i)), n - i)
  }
}

/** out [D] = sum of the rows of x [rows, D], each `stride` floats behind the one before */
export function sumRows(x: usize, out: usize, rows: i32, D: i32, stride: i32): void {
  memory.fill(out, 0, D << 2)
  for (let r = 0; r < rows; r++) {
    add(out, x, D)
    x += stride << 2
  }
}

/**
 * out [n, D] = rows of table [V, D] by ids [n] int32
 * @returns the index of the first id that is not in the table, or -1
 */
export function gatherRows(table: usize, ids: usize, out: usize, n: i32, D: i32, V: i32): i32 {
  for (let r = 0; r < n; r++) {
    const id = i32.load(ids + (r << 2))
    if (id < 0 || id >= V) return r
    copy(out, table + <usize>id * <usize>(D << 2), D)
    out += D << 2
  }
  return -1
}

/** out [count, D] = for each id from `first` on the sum of the rows of x [n, D] that have it; other ids are passed over */
export function sumRowsById(
  x: usize,
  ids: usize,
  out: usize,
  n: i32,
  D: i32,
  first: i32,
  count: i32,
): void {
  memory.fill(out, 0, <usize>count * <usize>(D << 2))
  for (let r = 0; r < n; r++) {
    const id = i32.load(ids + (r << 2)) - first
    if (id >= 0 && id < count) add(out + <usize>id * <usize>(D << 2), x, D)
    x += D << 2
  }
}

/**
 * out [texts, D] = the sum of each text's rows of table [V, D]; its ids are ids[starts[text] .. starts[text + 1]]
 * @param weights one an id; 0 for none: each row counts 1
 */
export function sumBags(
  table: usize,
  ids: usize,
  starts: usize,
  out: usize,
  texts: i32,
  D: i32,
  weights: usize,
): void {
  memory.fill(out, 0, <usize>texts * <usize>(D << 2))
  for (let t = 0; t < texts; t++) {
    const end = i32.load(starts + ((t + 1) << 2))
    for (let i = i32.load(starts + (t << 2)); i < end; i++)
      addBy(out, table + <usize>i32.load(ids + (i << 2)) * <usize>(D << 2), weightOf(weights, i), D)
    out += D << 2
  }
}

/** out [count, D] = for each id from `first` on the sum of the rows of x [texts, D] of the texts that have it, as often as they do, by its weight */
export function sumBagsById(
  x: usize,
  ids: usize,
  starts: usize,
  out: usize,
  texts: i32,
  D: i32,
  first: i32,
  count: i32,
  weights: usize,
): void {
  memory.fill(out, 0, <usize>count * <usize>(D << 2))
  for (let t = 0; t < texts; t++) {
    const end = i32.load(starts + ((t + 1) << 2))
    for (let i = i32.load(starts + (t << 2)); i < end; i++) {
      const id = i32.load(ids + (i << 2)) - first
      if (id >= 0 && id < count) addBy(out + <usize>id * <usize>(D << 2), x, weightOf(weights, i), D)
    }
    x += D << 2
  }
}

// @ts-ignore: decorator
@inline
export function weightOf(weights: usize, at: i32): f32 {
  return weights == 0 ? 1 : f32.load(weights + (at << 2))
}

// @ts-ignore: decorator
@inline
export function addBy(to: usize, from: usize, weight: f32, D: i32): void {
  const by = f32x4.splat(weight)
  for (let i = 0; i < D; i += 4) {
    const at = i << 2
    put(to + at, f32x4.add(get(to + at, D - i), f32x4.mul(by, get(from + at, D - i))), D - i)
  }
}

// @ts-ignore: decorator
@inline
export function add(to: usize, from: usize, D: i32): void {
  for (let i = 0; i < D; i += 4) {
    const at = i << 2
    put(to + at, f32x4.add(get(to + at, D - i), get(from + at, D - i)), D - i)
  }
}

// @ts-ignore: decorator
@inline
export function copy(to: usize, from: usize, D: i32): void {
  for (let i = 0; i < D; i += 4) put(to + (i << 2), get(from + (i << 2), D - i), D - i)
}
