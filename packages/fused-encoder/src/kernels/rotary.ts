// Rotary positions (Su et al. 2021): feature i of the lower half of a head turns with feature i of its upper half, by the angle of its
// token's position. The tables come from the model's file: sines of a runtime are not the same everywhere.

/**
 * In place, heads that lie side by side in each row.
 * @param x [rows, stride] of which the first `heads` * d floats are turned
 * @param cos, sin [rows, d / 2]; d is a multiple of 8
 * @param stride floats from one row to the next
 */
export function rotate(x: usize, cos: usize, sin: usize, rows: i32, stride: i32, heads: i32, d: i32): void {
  const half = <usize>d << 1
  for (let row = 0; row < rows; row++) {
    let at = x
    for (let head = 0; head < heads; head++) {
      for (let i: usize = 0; i < half; i += 16) {
        const lower = v128.load(at + i)
        const upper = v128.load(at + half + i)
        const c = v128.load(cos + i)
        const s = v128.load(sin + i)
        v128.store(at + i, f32x4.sub(f32x4.mul(lower, c), f32x4.mul(upper, s)))
        v128.store(at + half + i, f32x4.add(f32x4.mul(upper, c), f32x4.mul(lower, s)))
      }
      at += 2 * half
    }
    x += <usize>stride << 2
    cos += half
    sin += half
  }
}
