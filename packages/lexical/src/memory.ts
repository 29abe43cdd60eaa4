// A map that forgets: what was not asked for in a while goes when the space is used up.

export interface Memory<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  /** what all entries cost: characters of the keys where nothing else is said, 8 more for each */
  readonly size: number
}

/** what an entry costs at least */
const ENTRY = 8

/**
 * Remembers by text. Two generations stand in for an order of use: when the young one is full, the old one is dropped.
 * @param limit what is kept may cost, in about; an entry that costs more than an eighth of it is not kept at all
 * @param costOf of an entry: by default the characters of its key
 */
export function createMemory<Value>(
  limit: number,
  costOf: (key: string, value: Value) => number = (key) => key.length,
): Memory<Value> {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  let youngSize = 0
  let oldSize = 0
  const set = (key: string, value: Value) => {
    const cost = costOf(key, value) + ENTRY
    if (cost > limit / 8) return
    if (youngSize + cost > limit / 2) {
      old = young
      oldSize = youngSize
      young = new Map()
      youngSize = 0
    }
    if (!young.has(key)) youngSize += cost
    young.set(key, value)
  }
  return {
    set,
    get(key) {
      const found = young.get(key)
      if (found !== undefined) return found
      const aged = old.get(key)
      if (aged !== undefined) set(key, aged)
      return aged
    },
    get size() {
      return youngSize + oldSize
    },
  }
}
