// Rotary positions: feature i of the first half of a head is turned together with feature i of the second half.
import { get, put } from './simd'

/** x, out [n, T, 2 * half]; cos, sin [T, half]; direction 1 turns, -1 turns back (the gradient) */
export function rope(
  x: usize,
  cos: usize,
  sin: usize,
  out: usize,
  n: i32,
  T: i32,
  half: i32,
  direction: f32,
): void {
  const second = half << 2
  const directions = f32x4.splat(direction)
  for (let z = 0; z < n; z++) {
    for (let t = 0; t < T; t++) {
      const angles = <usize>(t * half) << 2
      for (let i = 0; i < half; i += 4) {
        const at = i << 2
        const left = half - i
        const a = get(x + at, left)
        const b = get(x + second + at, left)
        const c = get(cos + angles + at, left)
        const s = f32x4.mul(get(sin + angles + at, left), directions)
        put(out + at, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)), left)
        put(out + second + at, f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)), left)
      }
      x += second << 1
      out += second << 1
    }
  }
}
