// Matrix product for machines where no native one loads: B packed in panels of 8 columns, A in strips of 6 rows, and a
// kernel that keeps the 6 x 8 sums in registers. Strides say where an element lies, so a transpose costs nothing extra.
import { put } from './simd'

/**
 * c [m, n] = a [m, k] b [k, n]; element (i, j) of a lies at i * rowA + j * columnA, that of b likewise, counted in floats.
 * scratch holds k * (8 * ceil(n / 8) + 6) floats.
 */
export function matmul(
  a: usize,
  b: usize,
  c: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  rowA: i32,
  columnA: i32,
  rowB: i32,
  columnB: i32,
): void {
  const panels = (n + 7) >> 3
  packColumns(b, scratch, n, k, rowB, columnB)
  const strip = scratch + (<usize>(panels * k) << 5)
  for (let i = 0; i < m; i += 6) {
    const rows = min(6, m - i)
    packRows(a + (<usize>(i * rowA) << 2), strip, rows, k, rowA, columnA)
    for (let p = 0; p < panels; p++) {
      const j = p << 3
      multiply(strip, scratch + (<usize>(p * k) << 5), c + (<usize>(i * n + j) << 2), rows, n - j, k, n)
    }
  }
}

function packColumns(b: usize, to: usize, n: i32, k: i32, rowB: i32, columnB: i32): void {
  for (let j = 0; j < n; j += 8) {
    const columns = min(8, n - j)
    const from = b + (<usize>(j * columnB) << 2)
    if (columnB === 1 && columns === 8) {
      for (let i = 0; i < k; i++) {
        const row = from + (<usize>(i * rowB) << 2)
        v128.store(to + (<usize>i << 5), v128.load(row))
        v128.store(to + (<usize>i << 5) + 16, v128.load(row, 16))
      }
    } else {
      for (let q = 0; q < 8; q++) {
        const column = from + (<usize>(q * columnB) << 2)
        for (let i = 0; i < k; i++) {
          const v: f32 = q < columns ? f32.load(column + (<usize>(i * rowB) << 2)) : 0
          f32.store(to + (<usize>i << 5) + (q << 2), v)
        }
      }
    }
    to += <usize>k << 5
  }
}

function packRows(a: usize, to: usize, rows: i32, k: i32, rowA: i32, columnA: i32): void {
  for (let r = 0; r < 6; r++) {
    const row = a + (<usize>(r * rowA) << 2)
    for (let i = 0; i < k; i++) {
      const v: f32 = r < rows ? f32.load(row + (<usize>(i * columnA) << 2)) : 0
      f32.store(to + <usize>(i * 24 + (r << 2)), v)
    }
  }
}

function multiply(a: usize, b: usize, c: usize, rows: i32, columns: i32, k: i32, stride: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0
  let d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0
  for (let i = 0; i < k; i++) {
    const left = v128.load(b)
    const right = v128.load(b, 16)
    let x = v128.load32_splat(a)
    a0 = f32x4.add(a0, f32x4.mul(x, left))
    a1 = f32x4.add(a1, f32x4.mul(x, right))
    x = v128.load32_splat(a, 4)
    b0 = f32x4.add(b0, f32x4.mul(x, left))
    b1 = f32x4.add(b1, f32x4.mul(x, right))
    x = v128.load32_splat(a, 8)
    c0 = f32x4.add(c0, f32x4.mul(x, left))
    c1 = f32x4.add(c1, f32x4.mul(x, right))
    x = v128.load32_splat(a, 12)
    d0 = f32x4.add(d0, f32x4.mul(x, left))
    d1 = f32x4.add(d1, f32x4.mul(x, right))
    x = v128.load32_splat(a, 16)
    e0 = f32x4.add(e0, f32x4.mul(x, left))
    e1 = f32x4.add(e1, f32x4.mul(x, right))
    x = v128.load32_splat(a, 20)
    f0 = f32x4.add(f0, f32x4.mul(x, left))
    f1 = f32x4.add(f1, f32x4.mul(x, right))
    a += 24
    b += 32
  }
  const bytes = <usize>stride << 2
  store(c, a0, a1, columns)
  if (rows > 1) store(c + bytes, b0, b1, columns)
  if (rows > 2) store(c + 2 * bytes, c0, c1, columns)
  if (rows > 3) store(c + 3 * bytes, d0, d1, columns)
  if (rows > 4) store(c + 4 * bytes, e0, e1, columns)
  if (rows > 5) store(c + 5 * bytes, f0, f1, columns)
}

function store(to: usize, left: v128, right: v128, columns: i32): void {
  put(to, left, columns)
  if (columns > 4) put(to + 16, right, columns - 4)
}
