// How far two orders of the same things agree.

/** Kendall's tau-b (Kendall 1945), which allows for ties; 1 where there is nothing to order. */
export function kendall(pairs: readonly (readonly [number, number])[]): number {
  let balance = 0
  let left = 0
  let right = 0
  for (let i = 0; i < pairs.length; i++)
    for (let j = i + 1; j < pairs.length; j++) {
      const a = Math.sign(pairs[i]![0] - pairs[j]![0])
      const b = Math.sign(pairs[i]![1] - pairs[j]![1])
      balance += a * b
      left += a * a
      right += b * b
    }
  if (left === 0 && right === 0) return 1
  return left === 0 || right === 0 ? 0 : balance / Math.sqrt(left * right)
}
