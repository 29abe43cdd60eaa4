// Callers whose bodies asked for the order of the request instead of an error. At overload a request is
// refused before its body is read. For a while after such a body, the next bodies of the same caller are read
// first, because they may ask for it again. Other callers are not affected.

export interface PassthroughCallers {
  /** Records that a body of this caller asked for the order of the request. */
  saw(caller: string): void
  /** Whether the next body of this caller may ask for it. */
  expects(caller: string): boolean
}

/** ms for which a caller is remembered */
const EXPECTED = 600_000
/** maximal number of remembered callers; the oldest is dropped first */
const MOST = 1_000

export function createPassthroughCallers(now: () => number = Date.now): PassthroughCallers {
  // caller -> ms, in that order
  const seen = new Map<string, number>()
  return {
    saw(caller) {
      seen.delete(caller)
      seen.set(caller, now())
      if (seen.size > MOST) seen.delete(seen.keys().next().value!)
    },
    expects: (caller) => now() - (seen.get(caller) ?? Number.NEGATIVE_INFINITY) < EXPECTED,
  }
}
