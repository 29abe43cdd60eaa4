// Making a pair short enough: the longer of title and summary gives first, the query last.

/**
 * Shortens [query, title, summary] to `room` tokens together.
 * @returns the three lengths, none longer than before
 */
export function truncate([query, title, summary]: readonly number[], room: number): [number, number, number] {
  let [q, t, s] = [query!, title!, summary!]
  let over = q + t + s - room
  if (over > 0) {
    // down to equal lengths, then both alike (the title keeps the odd token)
    const fromLonger = Math.min(over, Math.abs(t - s))
    if (t > s) t -= fromLonger
    else s -= fromLonger
    over -= fromLonger
    const fromSummary = Math.min(s, Math.ceil(over / 2))
    const fromTitle = Math.min(t, over - fromSummary)
    s -= fromSummary
    t -= fromTitle
    over -= fromSummary + fromTitle
    q -= Math.max(0, over)
  }
  return [Math.max(0, q), t, s]
}
