// Draws documents by damped popularity: a document that is the best of 100 queries is drawn 10 times as often
// as one that is the best of one.

/**
 * @param counts by number of a document: of how many queries it is the best
 * @returns each number, repeated as often as the square root of its count
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
