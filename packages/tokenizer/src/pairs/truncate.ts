// Shortens a pair: first the longer of title and summary, last the query.

/**
 * Shortens [query, title, summary] to `room` tokens together.
 * @returns the three lengths, none longer than before
 */
export function truncate([query, title, summary]: readonly number[], room: number): [number, number, number] {
  let [q, t, s] = [query!, title!, summary!]
  let over = q + t + s - room
  if (over > 0) {
    // first the longer one down to the length of the other, then both equally (the title keeps the odd token)
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

/**
 * Shortens a query and a document to `room` tokens together, like `longest_first` of Hugging Face's
 * tokenizers: the shorter one is not cut while it has at most half of the room.
 * @returns the two lengths, none longer than before
 */
export function truncateLongestFirst(query: number, document: number, room: number): [number, number] {
  if (query + document <= room) return [query, document]
  const shorter = Math.min(query, document)
  // the longer one gets an odd token
  const [less, more] = 2 * shorter <= room ? [shorter, room - shorter] : [room >> 1, room - (room >> 1)]
  return query > document ? [more, less] : [less, more]
}
