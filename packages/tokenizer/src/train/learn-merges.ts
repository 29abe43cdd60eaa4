// Byte-pair merging (Sennrich et al. 2016): repeatedly, the most frequent pair of neighbours becomes one
// symbol. Counts are updated word by word, and a heap with stale entries finds the most frequent pair.

export interface MergeOptions {
  /** target number of symbols, including the initial ones */
  readonly symbols: number
  /** less frequent pairs are not merged */
  readonly minFrequency: number
  /** the symbol of a merged pair */
  join(left: string, right: string): string
}

interface Word {
  symbols: string[]
  readonly count: number
}

/**
 * Learns merges from words (as initial symbols) with their counts; of equal pairs the one that sorts first
 * wins.
 */
export function learnMerges(
  words: Iterable<readonly [symbols: readonly string[], count: number]>,
  { symbols, minFrequency, join }: MergeOptions,
): { readonly merges: readonly (readonly [string, string])[]; readonly alphabet: readonly string[] } {
  const list: Word[] = [...words].map(([symbols, count]) => ({ symbols: [...symbols], count }))
  const alphabet = [...new Set(list.flatMap((word) => word.symbols))].sort()
  const counts = new Map<string, number>()
  const where = new Map<string, Set<Word>>()
  const heap = createHeap()
  /** pairs whose count differs from the heap's */
  const touched = new Set<string>()
  const change = (left: string, right: string, by: number, word: Word) => {
    const pair = `${left}\0${right}`
    const count = (counts.get(pair) ?? 0) + by
    counts.set(pair, count)
    if (by > 0) {
      const set = where.get(pair)
      if (set === undefined) where.set(pair, new Set([word]))
      else set.add(word)
    }
    touched.add(pair)
  }
  const changeAll = (word: Word, sign: 1 | -1) => {
    for (let i = 1; i < word.symbols.length; i++)
      change(word.symbols[i - 1]!, word.symbols[i]!, sign * word.count, word)
  }
  const pushTouched = () => {
    for (const pair of touched) {
      const count = counts.get(pair)!
      if (count > 0) heap.push(count, pair)
    }
    touched.clear()
  }
  for (const word of list) changeAll(word, 1)
  pushTouched()
  const merges: (readonly [string, string])[] = []
  const known = new Set(alphabet)
  while (known.size < symbols) {
    const top = heap.pop()
    if (top === undefined || top.count < minFrequency) break
    if (counts.get(top.pair) !== top.count) continue // stale: the pair was pushed again since then
    const [left, right] = top.pair.split('\0') as [string, string]
    const joined = join(left, right)
    merges.push([left, right])
    known.add(joined)
    for (const word of [...where.get(top.pair)!]) {
      changeAll(word, -1)
      word.symbols = merge(word.symbols, left, right, joined)
      changeAll(word, 1)
    }
    pushTouched()
    where.delete(top.pair)
    counts.delete(top.pair)
  }
  return { merges, alphabet }
}

function merge(symbols: readonly string[], left: string, right: string, joined: string): string[] {
  const merged: string[] = []
  for (let i = 0; i < symbols.length; i++) {
    const both = symbols[i] === left && symbols[i + 1] === right
    merged.push(both ? joined : symbols[i]!)
    if (both) i++
  }
  return merged
}

interface Entry {
  readonly count: number
  readonly pair: string
}

/** A binary heap: the highest count first, then the pair that sorts first. */
function createHeap() {
  const entries: Entry[] = []
  const before = (a: Entry, b: Entry) => a.count > b.count || (a.count === b.count && a.pair < b.pair)
  return {
    push(count: number, pair: string): void {
      const entry = { count, pair }
      let at = entries.length
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (!before(entry, entries[parent]!)) break
        entries[at] = entries[parent]!
        at = parent
      }
      entries[at] = entry
    },
    pop(): Entry | undefined {
      const top = entries[0]
      const last = entries.pop()
      if (last === undefined || entries.length === 0) return top
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child + 1 < entries.length && before(entries[child + 1]!, entries[child]!)) child++
        if (child >= entries.length || !before(entries[child]!, last)) break
        entries[at] = entries[child]!
        at = child
      }
      entries[at] = last
      return top
    },
  }
}
