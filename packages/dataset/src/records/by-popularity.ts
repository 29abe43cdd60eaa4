// Documents to draw by popularity, dampened: what 100 queries like is drawn 10 times as often as what one likes.

/**
 * @param counts by number of a document, of how many queries it is the best
 * @returns each number as often as the square root of its count
 */
export function byPopularity(counts: ReadonlyMap<number, number>): Int32Array {
  const times = [...counts].map(([number, count]) => [number, Math.ceil(Math.sqrt(count))] as const)
  const numbers = new Int32Array(times.reduce((sum, [, times]) => sum + times, 0))
  let at = 0
  for (const [number, count] of times) {
    numbers.fill(number, at, at + count)
    at += count
  }
  return numbers
}
