// The agreement of two orders of the same items.

/**
 * Kendall's tau-b (Kendall 1945) of two lists of scores, which allows for ties; 1 if neither list has an
 * order.
 */
export function kendall(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let balance = 0
  let left = 0
  let right = 0
  for (let i = 0; i < first.length; i++)
    for (let j = i + 1; j < first.length; j++) {
      const a = Math.sign(first[i]! - first[j]!)
      const b = Math.sign(second[i]! - second[j]!)
      balance += a * b
      left += a * a
      right += b * b
    }
  if (left === 0 && right === 0) return 1
  return left === 0 || right === 0 ? 0 : balance / Math.sqrt(left * right)
}
