// Several metrics, one question: Holm's step-down adjustment keeps the chance of any false finding at alpha (Holm 1979).

/**
 * Adjusted p, in the order given; a finding is significant when its adjusted p is below alpha. A metric that is the same for all
 * units has no p (NaN): it is no finding, and it must not take the others' p with it.
 */
export function adjustByHolm(given: readonly number[]): number[] {
  const ps = given.map((p) => (Number.isNaN(p) ? 1 : p))
  const order = ps.map((_, at) => at).sort((a, b) => ps[a]! - ps[b]!)
  const adjusted = new Array<number>(ps.length)
  let largest = 0
  for (const [rank, at] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[at]!))
    adjusted[at] = largest
  }
  return adjusted
}
