// For every stem the texts that have it, in typed arrays, so that a million texts fit (6 bytes a stem of a
// text, 16 a text) and threads share one copy. Each block of 128 postings has an upper bound of its scores,
// so that blocks without a chance are skipped (top-texts.ts).
import { type AnalyzerSpec, analyzerOf, PORTER } from '../words/analyzer.ts'
import { standsBehindParts } from '../words/code-terms.ts'
import { createBest } from './best.ts'
import { type Allocate, createDictionary, type Dictionary } from './dictionary.ts'

export interface Bm25Options {
  /** saturation of repeated words */
  readonly k1?: number
  /** discount for long texts, 0 .. 1 */
  readonly b?: number
  /** the analyzer; `porter` by default */
  readonly analyzer?: AnalyzerSpec | undefined
}

/** plain arrays: they can be sent to threads by message, and are shared if they were allocated as shared */
export interface InvertedIndex {
  readonly texts: number
  readonly k1: number
  /** of texts and queries alike */
  readonly analyzer: AnalyzerSpec
  readonly dictionary: Dictionary
  /** [stems + 1]: offset of a stem's postings */
  readonly starts: Float64Array
  /** [postings]: texts in rising order */
  readonly text: Uint32Array
  /** [postings]: frequency of the stem in the text, at most 65,535 */
  readonly count: Uint16Array
  /** [texts]: k1 (1 - b + b length / average) */
  readonly norm: Float64Array
  /** [stems]: ln(1 + (N - df + 1/2) / (df + 1/2)), times the analyzer's weight */
  readonly idf: Float64Array
  /** [stems]: no posting has a higher score */
  readonly most: Float64Array
  /** [stems]: 128 postings have a higher score; 0 if there are fewer postings */
  readonly ranked: Float32Array
  /** [stems + 1]: offset of a stem's blocks */
  readonly blockStarts: Float64Array
  /** [blocks]: the same for 128 postings */
  readonly blockMost: Float32Array
}

/** postings in a block */
export const BLOCK_BITS = 7
export const BLOCK = 1 << BLOCK_BITS

/** bounds are enlarged by the possible rounding error, lower bounds reduced by it */
const SLACK = 1 + 1e-6

/** stems of texts, kept during the build, by text; in chunks, so that growing copies nothing */
const CHUNK = 1 << 20

const MOST_COUNT = 65_535

export interface IndexBuilder {
  add(text: string): void
  /** The index of all added texts, in their order; do not use the builder afterwards. */
  finish(): InvertedIndex
}

/** Builds an index from texts added one by one; the texts are not kept. */
export function createIndexBuilder(
  { k1 = 1.2, b = 0.75, analyzer = PORTER.spec }: Bm25Options = {},
  allocate: Allocate = (bytes) => new ArrayBuffer(bytes),
): IndexBuilder {
  const { words, stem, weight } = analyzerOf(analyzer)
  const numbers = new Map<string, number>()
  /** cached numbers of words, so that a word is not stemmed each time */
  let known = new Map<string, number>()
  const frequency = growing(Float64Array)
  const lengths = growing(Uint32Array)
  const distinct = growing(Uint32Array)
  /** by stem: the last text that had it, and the index of that text's posting */
  const lastText = growing(Float64Array)
  const place = growing(Uint32Array)
  /** by stem: 1, or 0 if its parts are counted already */
  const long = growing(Uint32Array)
  const chunks: { readonly stem: Uint32Array; readonly count: Uint16Array }[] = []
  let used = CHUNK
  let total = 0
  let texts = 0

  const numberOf = (word: string) => {
    const fast = known.get(word)
    if (fast !== undefined) return fast
    const root = stem(word)
    let number = numbers.get(root)
    if (number === undefined) {
      number = numbers.size
      numbers.set(root, number)
      lastText.set(number, -1)
      long.set(number, standsBehindParts(root) ? 0 : 1)
    }
    if (known.size >= 500_000) known = new Map()
    known.set(word, number)
    return number
  }

  return {
    add(content) {
      const list = words(content)
      // all postings of a text are in one chunk
      if (used + list.length > CHUNK) {
        const size = Math.max(CHUNK, list.length)
        chunks.push({ stem: new Uint32Array(size), count: new Uint16Array(size) })
        used = 0
      }
      const { stem, count } = chunks.at(-1)!
      const from = used
      let length = 0
      for (const word of list) {
        const number = numberOf(word)
        length += long.values[number]!
        if (lastText.values[number] === texts) {
          const at = place.values[number]!
          if (count[at]! < MOST_COUNT) count[at]!++
          continue
        }
        lastText.values[number] = texts
        place.set(number, used)
        frequency.set(number, (frequency.values[number] ?? 0) + 1)
        stem[used] = number
        count[used] = 1
        used++
      }
      lengths.set(texts, length)
      distinct.set(texts, used - from)
      total += length
      texts++
    },
    finish() {
      const stems = numbers.size
      const names = [...numbers.keys()]
      const dictionary = createDictionary(names, allocate)
      numbers.clear()
      known.clear()
      const array = (length: number) => new Float64Array(allocate(8 * length))
      const average = Math.max(1, total / Math.max(1, texts))
      const norm = array(texts)
      for (let i = 0; i < texts; i++) norm[i] = k1 * (1 - b + (b * lengths.values[i]!) / average)
      const idf = array(stems)
      const [starts, blockStarts] = [array(stems + 1), array(stems + 1)]
      for (let i = 0; i < stems; i++) {
        const df = frequency.values[i]!
        idf[i] = weight(names[i]!) * inverseFrequency(df, texts)
        starts[i + 1] = starts[i]! + df
        blockStarts[i + 1] = blockStarts[i]! + Math.ceil(df / BLOCK)
      }
      const postings = starts[stems]!
      // offsets are 32-bit numbers during the search
      if (postings >= 2 ** 31)
        throw new RangeError(
          `The index has ${postings} postings (stems of texts); wanted fewer than ${2 ** 31}. Import the runs of a search engine (in/run.txt).`,
        )
      const text = new Uint32Array(allocate(4 * postings))
      const count = new Uint16Array(allocate(2 * postings))
      scatter(chunks, distinct.values, texts, starts, text, count)
      const most = array(stems)
      const ranked = new Float32Array(allocate(4 * stems))
      const blockMost = new Float32Array(allocate(4 * blockStarts[stems]!))
      for (let i = 0; i < stems; i++) {
        const best = frequency.values[i]! < BLOCK ? undefined : createBest(BLOCK)
        for (let at = starts[i]!; at < starts[i + 1]!; at++) {
          const score = (idf[i]! * count[at]! * (k1 + 1)) / (count[at]! + norm[text[at]!]!)
          const block = blockStarts[i]! + Math.floor((at - starts[i]!) / BLOCK)
          blockMost[block] = Math.max(blockMost[block]!, SLACK * score)
          most[i] = Math.max(most[i]!, SLACK * score)
          best?.offer(at - starts[i]!, score)
        }
        ranked[i] = (best?.least ?? 0) / SLACK
      }
      const postingLists = { starts, text, count, norm, idf, most, ranked, blockStarts, blockMost }
      return { texts, k1, analyzer, dictionary, ...postingLists }
    },
  }
}

/** Reorders postings by text to postings by stem; each chunk is freed when it is done. */
function scatter(
  chunks: { readonly stem: Uint32Array; readonly count: Uint16Array }[],
  distinct: Uint32Array,
  texts: number,
  starts: Float64Array,
  text: Uint32Array,
  count: Uint16Array,
): void {
  const next = starts.slice()
  let chunk = chunks.shift()
  let at = 0
  // a count of 0 marks the end of a chunk: no posting has it
  for (let number = 0; number < texts; number++)
    for (let left = distinct[number]!; left > 0; left--, at++) {
      if (at >= chunk!.count.length || chunk!.count[at] === 0) {
        chunk = chunks.shift()
        at = 0
      }
      const to = next[chunk!.stem[at]!]!++
      text[to] = number
      count[to] = chunk!.count[at]!
    }
}

/** A typed array that doubles when it is full. */
function growing<Values extends Float64Array | Uint32Array>(Type: new (length: number) => Values) {
  let values = new Type(1024)
  return {
    get values() {
      return values
    },
    set(index: number, value: number) {
      if (index >= values.length) {
        const larger = new Type(2 * index)
        larger.set(values)
        values = larger
      }
      values[index] = value
    },
  }
}

/** ln(1 + (N - df + 1/2) / (df + 1/2)), or 0 for df = 0. */
export const inverseFrequency = (df: number, N: number): number =>
  df === 0 ? 0 : Math.log(1 + (N - df + 0.5) / (df + 0.5))
