// A bounded map: entries that were not used recently are dropped when it is full.

export interface Memory<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  /** total cost of all entries: by default the characters of the keys, plus 8 for each */
  readonly size: number
}

/** minimal cost of an entry */
const ENTRY = 8

/**
 * A cache by text. Two generations approximate the order of use: when the young one is full, the old one is
 * dropped.
 * @param limit approximate total cost; an entry that costs more than an eighth of it is not kept
 * @param costOf cost of an entry: by default the characters of its key
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
