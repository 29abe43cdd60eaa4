// Collects the k highest of many scores, in a heap with the lowest on top.

export interface Best {
  /** a new item needs a higher score than this */
  readonly least: number
  /** Numbers must be offered in rising order: of equal scores the first one stays. */
  offer(number: number, score: number): void
  /** best first, ties by number */
  sorted(): { readonly number: Uint32Array; readonly score: Float64Array }
}

/** @param floor scores at or below it are ignored */
export function createBest(k: number, floor = 0): Best {
  const numbers = new Uint32Array(k)
  const scores = new Float64Array(k)
  let least = k > 0 ? floor : Infinity
  let size = 0
  const isWorse = (a: number, b: number) =>
    scores[a]! < scores[b]! || (scores[a] === scores[b] && numbers[a]! > numbers[b]!)
  const swap = (a: number, b: number) => {
    const number = numbers[a]!
    const score = scores[a]!
    numbers[a] = numbers[b]!
    scores[a] = scores[b]!
    numbers[b] = number
    scores[b] = score
  }
  const rise = (from: number) => {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!isWorse(child, parent)) return
      swap(child, parent)
      child = parent
    }
  }
  const sink = () => {
    for (let parent = 0; ; ) {
      let worst = parent
      const left = 2 * parent + 1
      if (left < size && isWorse(left, worst)) worst = left
      if (left + 1 < size && isWorse(left + 1, worst)) worst = left + 1
      if (worst === parent) return
      swap(parent, worst)
      parent = worst
    }
  }
  return {
    get least() {
      return least
    },
    offer(number, score) {
      if (score <= least) return
      const at = size < k ? size++ : 0
      numbers[at] = number
      scores[at] = score
      if (at > 0) rise(at)
      else sink()
      if (size === k) least = scores[0]!
    },
    sorted() {
      const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => (isWorse(a, b) ? 1 : -1))
      return {
        number: Uint32Array.from(order, (i) => numbers[i]!),
        score: Float64Array.from(order, (i) => scores[i]!),
      }
    },
  }
}
