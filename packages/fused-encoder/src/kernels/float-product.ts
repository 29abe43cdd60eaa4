// The products of attention, in floats: they are a tenth of the work.

/** c [m, n] = a [m, k] b [k, n]; n is a multiple of 8; strides in bytes. */
export function floatProduct(
  a: usize,
  strideA: usize,
  b: usize,
  strideB: usize,
  c: usize,
  strideC: usize,
  m: i32,
  n: i32,
  k: i32,
): void {
  for (let j = 0; j < n; j += 8) {
    const column = b + (<usize>j << 2)
    const to = c + (<usize>j << 2)
    let i = 0
    for (; i + 4 <= m; i += 4)
      four(a + <usize>i * strideA, strideA, column, strideB, to + <usize>i * strideC, strideC, k)
    for (; i < m; i++) one(a + <usize>i * strideA, column, strideB, to + <usize>i * strideC, k)
  }
}

function four(a: usize, strideA: usize, b: usize, strideB: usize, c: usize, strideC: usize, k: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0
  let c0 = a0, c1 = a0, d0 = a0, d1 = a0
  const second = a + strideA
  const third = second + strideA
  const fourth = third + strideA
  for (let at: usize = 0, end = <usize>k << 2; at < end; at += 4) {
    const left = v128.load(b)
    const right = v128.load(b, 16)
    b += strideB
    let x = v128.load32_splat(a + at)
    a0 = f32x4.add(a0, f32x4.mul(x, left))
    a1 = f32x4.add(a1, f32x4.mul(x, right))
    x = v128.load32_splat(second + at)
    b0 = f32x4.add(b0, f32x4.mul(x, left))
    b1 = f32x4.add(b1, f32x4.mul(x, right))
    x = v128.load32_splat(third + at)
    c0 = f32x4.add(c0, f32x4.mul(x, left))
    c1 = f32x4.add(c1, f32x4.mul(x, right))
    x = v128.load32_splat(fourth + at)
    d0 = f32x4.add(d0, f32x4.mul(x, left))
    d1 = f32x4.add(d1, f32x4.mul(x, right))
  }
  store(c, a0, a1)
  store(c + strideC, b0, b1)
  store(c + 2 * strideC, c0, c1)
  store(c + 3 * strideC, d0, d1)
}

function one(a: usize, b: usize, strideB: usize, c: usize, k: i32): void {
  let left = f32x4.splat(0), right = left
  for (let at: usize = 0, end = <usize>k << 2; at < end; at += 4) {
    const x = v128.load32_splat(a + at)
    left = f32x4.add(left, f32x4.mul(x, v128.load(b)))
    right = f32x4.add(right, f32x4.mul(x, v128.load(b, 16)))
    b += strideB
  }
  store(c, left, right)
}

// @ts-ignore: decorator
@inline
export function store(to: usize, left: v128, right: v128): void {
  v128.store(to, left)
  v128.store(to, right, 16)
}
