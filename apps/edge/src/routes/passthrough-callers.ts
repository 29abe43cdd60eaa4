// Callers whose bodies asked for their own order in place of an error. At overload a request is refused before its body is read, but
// the body of such a caller is read first, for a while: it may ask for that again. One caller changes nothing for another.

export interface PassthroughCallers {
  /** A body of this caller asked for its own order. */
  saw(caller: string): void
  /** Whether another one may. */
  expects(caller: string): boolean
}

/** ms for which a caller is known */
const EXPECTED = 600_000
/** callers that are known at a time; the one that asked longest ago is forgotten first */
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
