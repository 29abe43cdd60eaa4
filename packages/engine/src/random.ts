// Repeatable random numbers: the state is four integers, so it fits into a checkpoint. Generator:
// xoshiro128** (Blackman and Vigna 2018, "Scrambled linear pseudorandom number generators").

/** four unsigned 32-bit integers, not all zero */
export type RandomState = readonly [number, number, number, number]

export interface Random {
  /** uniform in [0, 1), a multiple of 2^-32 */
  uniform(): number
  /** uniform in 0 .. n - 1; n up to 2^32 */
  integer(n: number): number
  /** normal with mean 0 and standard deviation 1 */
  normal(): number
  /** one of the items */
  pick<Item>(items: readonly Item[]): Item
  /** the items in random order, as a new array */
  shuffle<Item>(items: readonly Item[]): Item[]
  /** the state from which `createRandom` continues */
  state(): RandomState
}

/** A generator that continues from `state`. */
export function createRandom(state: RandomState): Random {
  let [a, b, c, d] = state.map((word) => word >>> 0) as [number, number, number, number]
  const next = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
  const uniform = () => next() / 2 ** 32
  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`integer(${n}): wanted 1 .. 2^32`)
    // values from the last whole multiple of n on are drawn again: otherwise small results would be more
    // likely
    const limit = 2 ** 32 - (2 ** 32 % n)
    let value = next()
    while (value >= limit) value = next()
    return value % n
  }
  return {
    uniform,
    integer,
    // Box and Muller 1958; the second value is dropped, so that the four words are the whole state
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    pick: (items) => items[integer(items.length)]!,
    shuffle(items) {
      const shuffled = [...items]
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const item = shuffled[i]!
        shuffled[i] = shuffled[j]!
        shuffled[j] = item
      }
      return shuffled
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  }
}

/**
 * A separate generator for every (seed, labels), for example `seededBy(7, 'step', 12)`: the draws of one part of a program
 * do not depend on those of another part.
 */
export function seededBy(seed: number, ...labels: readonly (string | number)[]): Random {
  // JSON distinguishes ('a', 'b') from ('ab')
  const text = JSON.stringify([seed, ...labels])
  let hash = 0x811c9dc5
  const state = [0, 0, 0, 0].map((_, word) => {
    // FNV-1a over the text, from the hash of the word before; then the finaliser of MurmurHash3
    hash = Math.imul(hash ^ word, 0x01000193)
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    let mixed = hash ^ (hash >>> 16)
    mixed = Math.imul(mixed, 0x85ebca6b)
    mixed ^= mixed >>> 13
    mixed = Math.imul(mixed, 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }) as [number, number, number, number]
  // xoshiro never leaves the all-zero state
  if (state.every((word) => word === 0)) state[0] = 1
  return createRandom(state)
}

/**
 * Position in an endless stream that goes through 0 .. size - 1 in a new random order in each epoch. It is a
 * pure function of (size, seed, position), so a resumed run needs only its position.
 */
export function epochs(size: number, seed: number): (position: number) => number {
  let epoch = -1
  let order: number[] = []
  return (position) => {
    const wanted = Math.floor(position / size)
    if (wanted !== epoch) {
      epoch = wanted
      order = seededBy(seed, 'epoch', epoch).shuffle(Array.from({ length: size }, (_, index) => index))
    }
    return order[position % size]!
  }
}

const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))
