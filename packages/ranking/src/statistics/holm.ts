/**
 * Holm's correction (1979): p values of one family, each as large as the level at which it would still be
 * significant, in the order given. A comparison without variance has no p (NaN): it is not counted, and it
 * must not turn the others into NaN.
 */
export function holm(given: readonly number[]): number[] {
  const p = given.map((value) => (Number.isNaN(value) ? 1 : value))
  const order = p.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value)
  const corrected = new Array<number>(p.length)
  let least = 0
  for (const [rank, { value, at }] of order.entries()) {
    least = Math.max(least, Math.min(1, value * (p.length - rank)))
    corrected[at] = least
  }
  return corrected
}
