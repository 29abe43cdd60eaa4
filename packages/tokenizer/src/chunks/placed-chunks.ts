// Chunks for analyzers whose words cross token boundaries: the words between two spaces, and for each token
// the words that it overlaps.
import { type Analyzer, createMemory, isGram, type Memory, type WordPlaces } from '@disranker/lexical'
import { alignForms } from './align-forms.ts'
import type { Chunk } from './chunk.ts'
import type { Span } from './word-of-token.ts'

/** Tokens with their offsets in the text; no offsets when they do not spell it. */
export interface PlacedTokens {
  readonly ids: readonly number[]
  readonly places: readonly Span[] | undefined
}

interface Options {
  readonly split: (text: string) => readonly string[]
  /** whether `split` also splits a text at signs and characters, not only at spaces */
  readonly alone: boolean
  readonly encode: (part: string) => PlacedTokens
  /** cached characters of texts, by analyzer */
  readonly remembered: number
}

interface PlacedWord extends Span {
  readonly word: string
}

/** @returns the chunks of a text whose white space is single spaces */
export function createPlacedChunks({ split, alone, encode, remembered }: Options) {
  const partMemory = createMemory<PlacedTokens>(remembered)
  const memories = new WeakMap<Analyzer, Memory<Chunk>>()
  const recallPart = (part: string) => {
    const known = partMemory.get(part)
    if (known !== undefined) return known
    const fresh = encode(part)
    partMemory.set(part, fresh)
    return fresh
  }
  const toChunk = (text: string, analyzer: Analyzer, places: WordPlaces): Chunk => {
    const ids: number[] = []
    const spans: Span[] = []
    let at = 0
    for (const part of alone ? split(text) : [text]) {
      const found = alone ? recallPart(part) : encode(part)
      for (const [i, id] of found.ids.entries()) {
        const { start, end } = found.places?.[i] ?? { start: 0, end: 0 }
        ids.push(id)
        spans.push({ start: at + start, end: at + end })
      }
      at += part.length
    }
    const words = placedWords(text, places)
    return { ids, ...overlaps(spans, words), ...stemmed(words, analyzer) }
  }
  return (text: string, most: number, analyzer: Analyzer, places: WordPlaces): Chunk[] => {
    let memory = memories.get(analyzer)
    if (memory === undefined) {
      memory = createMemory<Chunk>(remembered)
      memories.set(analyzer, memory)
    }
    const units = alone ? (text.match(/[^ ]+/g) ?? []) : split(text)
    let ids = 0
    return units.map((unit) => {
      const known = memory.get(unit)
      if (known === undefined && ids >= most) {
        const words = analyzer.words(unit)
        return { ids: [], wordOf: [], wordEnd: [], words, stems: words.map(analyzer.stem) }
      }
      const chunk = known ?? toChunk(unit, analyzer, places)
      if (known === undefined) memory.set(unit, chunk)
      ids += chunk.ids.length
      return chunk
    })
  }
}

/** The words of a text with their offsets; no offsets when its form cannot be aligned. */
function placedWords(text: string, { fold, find }: WordPlaces): PlacedWord[] {
  const folded = fold(text)
  const aligned = alignForms(text, fold, folded)
  const words: PlacedWord[] = []
  find(folded, (word, start, end) => {
    const known = aligned !== undefined && end > start
    words.push({
      word,
      start: known ? aligned.start[start]! : 0,
      end: known ? aligned.end[end - 1]! : 0,
    })
  })
  return words
}

const stemmed = (placed: readonly PlacedWord[], analyzer: Analyzer) => {
  const words = placed.map(({ word }) => word)
  return { words, stems: words.map(analyzer.stem) }
}

/**
 * For each token the first word that it overlaps, and if that is a gram, also the following grams that it
 * overlaps.
 */
function overlaps(tokens: readonly Span[], words: readonly PlacedWord[]) {
  const wordOf: number[] = []
  const wordEnd: number[] = []
  let from = 0
  for (const { start, end } of tokens) {
    while (from < words.length && words[from]!.end <= start) from++
    const first = from
    const hit = end > start && first < words.length && words[first]!.start < end
    if (!hit) {
      wordOf.push(-1)
      wordEnd.push(0)
      continue
    }
    let last = first + 1
    while (
      last < words.length &&
      isGram(words[first]!.word) &&
      isGram(words[last]!.word) &&
      words[last]!.start < end
    )
      last++
    wordOf.push(first)
    wordEnd.push(last)
  }
  return { wordOf, wordEnd }
}
