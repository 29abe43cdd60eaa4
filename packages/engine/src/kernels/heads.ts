// The two layouts of attention heads: x [N, heads * d], texts of `lengths` one behind the other, and y [texts * heads, T, d]. A
// call is about `texts` of them from number `first` on; x is that of all, y begins with theirs.
import { copy } from './rows'

/** x -> y, zeros behind a text's end */
export function splitHeads(
  x: usize,
  lengths: usize,
  y: usize,
  first: i32,
  texts: i32,
  T: i32,
  heads: i32,
  d: i32,
): void {
  const bytes = <usize>d << 2
  let text = x + tokensBefore(lengths, first) * <usize>heads * bytes
  for (let r = first; r < first + texts; r++) {
    const length = i32.load(lengths + (r << 2))
    for (let h = 0; h < heads; h++) {
      let from = text + <usize>h * bytes
      for (let t = 0; t < length; t++) {
        copy(y, from, d)
        y += bytes
        from += <usize>heads * bytes
      }
      const rest = <usize>(T - length) * bytes
      memory.fill(y, 0, rest)
      y += rest
    }
    text += <usize>(length * heads) * bytes
  }
}

/** y -> x */
export function mergeHeads(
  y: usize,
  lengths: usize,
  x: usize,
  first: i32,
  texts: i32,
  T: i32,
  heads: i32,
  d: i32,
): void {
  const bytes = <usize>d << 2
  const matrix = <usize>T * bytes
  let to = x + tokensBefore(lengths, first) * <usize>heads * bytes
  for (let r = first; r < first + texts; r++) {
    const length = i32.load(lengths + (r << 2))
    for (let t = 0; t < length; t++) {
      let from = y + <usize>t * bytes
      for (let h = 0; h < heads; h++) {
        copy(to, from, d)
        to += bytes
        from += matrix
      }
    }
    y += <usize>heads * matrix
  }
}

function tokensBefore(lengths: usize, text: i32): usize {
  let tokens = 0
  for (let r = 0; r < text; r++) tokens += i32.load(lengths + (r << 2))
  return <usize>tokens
}
