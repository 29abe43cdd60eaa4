// Finds the best texts of an index for a query without scoring all that match: MaxScore (Turtle and Flood
// 1995), in windows within a block of every list, so that the upper bounds of blocks bound the window (Ding
// and Suel 2011). The scores are those of a full scan to the last bit: each is summed again in the order of
// the query's words.
import { analyzerOf } from '../words/analyzer.ts'
import { createBest } from './best.ts'
import { numberOfWord } from './dictionary.ts'
import { BLOCK, BLOCK_BITS, type InvertedIndex } from './inverted-index.ts'

export interface TopTexts {
  /** [found]: best first, ties by the order of the texts */
  readonly number: Uint32Array
  /** [found]: above 0 */
  readonly score: Float64Array
}

/** Numbers of the query's stems in the index, each once, in the order of the query. */
export function stemsOf({ dictionary, analyzer }: InvertedIndex, query: string): number[] {
  const { words, stem } = analyzerOf(analyzer)
  const numbers = [...new Set(words(query).map(stem))].map((root) => numberOfWord(dictionary, root))
  return numbers.filter((number) => number >= 0)
}

/** after the last text of a list */
const NONE = 0x7fffffff

/** The `k` best texts with a score above 0. */
export function topTexts(index: InvertedIndex, query: string, k: number): TopTexts {
  const { text, count, norm, k1, idf, most, starts, blockStarts, blockMost } = index
  const stems = stemsOf(index, query)
  const n = stems.length
  const best = createBest(k, floorOf(index, stems, k))
  // lists by upper bound, the lowest first; `asked` is the index in the query
  const asked = stems.map((_, place) => place).sort((a, b) => most[stems[a]!]! - most[stems[b]!]!)
  const lists = asked.map((place) => stems[place]!)
  const weight = Float64Array.from(lists, (list) => idf[list]!)
  const start = Int32Array.from(lists, (list) => starts[list]!)
  const end = Int32Array.from(lists, (list) => starts[list + 1]!)
  const block = Int32Array.from(lists, (list) => blockStarts[list]!)
  const at = start.slice()
  const current = Int32Array.from(lists, (_, i) => text[at[i]!]!)
  /** [n + 1]: the sum of the bounds of all lists before this one, in the whole index; and in the window */
  const before = new Float64Array(n + 1)
  for (let i = 0; i < n; i++) before[i + 1] = before[i]! + most[lists[i]!]!
  const near = before.slice()
  const parts = new Float64Array(n)
  const score = (i: number, number: number) => {
    const often = count[at[i]!]!
    const part = (weight[i]! * often * (k1 + 1)) / (often + norm[number]!)
    parts[asked[i]!] = part
    return part
  }
  const seek = (i: number, number: number) => {
    const to = firstFrom(text, at[i]!, end[i]!, number)
    at[i] = to
    current[i] = to < end[i]! ? text[to]! : NONE
  }

  // a text that is only in lists before `first` cannot be among the best, anywhere
  for (let first = 0; ; ) {
    let least = best.least
    while (first < n && before[first + 1]! <= least) first++
    let last = NONE
    for (let i = first; i < n; i++) {
      if (current[i] === NONE) continue
      const blockEnd = Math.min(end[i]!, (((at[i]! - start[i]!) >> BLOCK_BITS) + 1) * BLOCK + start[i]!)
      last = Math.min(last, text[blockEnd - 1]!)
    }
    if (last === NONE) return best.sorted()
    // those before `proposing` cannot in this window either
    let proposing = first
    near[first] = before[first]!
    for (let i = first; i < n; i++) {
      const here = current[i]! <= last
      const bound = here ? blockMost[block[i]! + ((at[i]! - start[i]!) >> BLOCK_BITS)]! : 0
      near[i + 1] = near[i]! + bound
      if (proposing === i && near[i + 1]! <= least) proposing = i + 1
    }
    while (proposing < n) {
      let number = NONE
      for (let i = proposing; i < n; i++) if (current[i]! < number) number = current[i]!
      if (number > last) break
      let sum = 0
      parts.fill(0)
      for (let i = proposing; i < n; i++) {
        if (current[i] !== number) continue
        sum += score(i, number)
        const next = ++at[i]!
        current[i] = next < end[i]! ? text[next]! : NONE
      }
      let hopeful = true
      for (let i = proposing - 1; i >= 0; i--) {
        hopeful = sum + (i < first ? before[i + 1]! : near[i + 1]!) > least
        if (!hopeful) break
        if (current[i]! < number) seek(i, number)
        if (current[i] === number) sum += score(i, number)
      }
      if (!hopeful) continue
      let total = 0
      for (let place = 0; place < n; place++) total += parts[place]!
      best.offer(number, total)
      least = best.least
    }
    for (let i = first; i < n; i++) if (current[i]! <= last) seek(i, last + 1)
  }
}

/** The first index from `from` on whose text is `number` or later: doubling steps, then halving ones. */
function firstFrom(text: Uint32Array, from: number, end: number, number: number): number {
  let low = from
  let reach = 1
  while (low + reach < end && text[low + reach]! < number) {
    low += reach
    reach *= 2
  }
  let high = Math.min(end, low + reach)
  while (low < high) {
    const middle = (low + high) >> 1
    if (text[middle]! < number) low = middle + 1
    else high = middle
  }
  return low
}

/** A score that at least k texts reach by one stem alone; 0 if no stem shows one. */
function floorOf({ ranked }: InvertedIndex, stems: readonly number[], k: number): number {
  let floor = 0
  if (k <= BLOCK) for (const stem of stems) floor = Math.max(floor, ranked[stem]!)
  return floor
}
