// Matches the words of a query and of a document: the types of their tokens, and the overlap. A document is
// compared word by word, in one pass, so that no data structure is built for its words.
import { type Analyzer, type ExactMatch, MATCHES, matchOf, overlapOf } from '@disranker/lexical'
import type { TextPart } from '../text-part.ts'
import { rememberLast } from './remember-last.ts'

/** Query, title and summary. */
export type PairParts = readonly [TextPart, TextPart, TextPart]

export interface WordMatches {
  /** BM25 of the query against title and summary */
  readonly overlap: number
  /** The type of a token: the best match of its words. @param index of the part */
  typeOf(index: number, token: number): number
}

/** A query's words, prepared for the comparison. */
interface Asked {
  /** stem -> its number, in the order of the query */
  readonly stems: ReadonlyMap<string, number>
  readonly words: ReadonlySet<string>
  /** [stems] */
  readonly idf: readonly number[]
  /** [PRINTS], 1 where a stem has this print */
  readonly prints: Uint8Array
}

const SPACE = ' '.charCodeAt(0)
/** a power of two: few words of a document have a print that a stem of the query has */
const PRINTS = 1024
/** FNV-1a of a text's units, begun as a 32-bit integer: V8 would compute with floats otherwise */
const PRINT = 0x811c9dc5 | 0
const nextPrint = (print: number, unit: number) => Math.imul(print ^ unit, 0x01000193)

function printOf(stem: string): number {
  let print = PRINT
  for (let at = 0; at < stem.length; at++) print = nextPrint(print, stem.charCodeAt(at))
  return print & (PRINTS - 1)
}

/** Compares by the counts of `marks`; a query's words are looked up once for many documents. */
export function createWordMatches(marks: ExactMatch, { weight }: Analyzer) {
  // own properties only: "constructor" is a word
  const table = new Map(Object.entries(marks.idf))
  const askedOf = rememberLast(({ words, stems }: TextPart): Asked => {
    const numbers = new Map<string, number>()
    for (const stem of stems) if (!numbers.has(stem)) numbers.set(stem, numbers.size)
    const idf = [...numbers.keys()].map((stem) => table.get(stem) ?? marks.defaultIdf * weight(stem))
    const prints = new Uint8Array(PRINTS)
    for (const stem of numbers.keys()) prints[printOf(stem)] = 1
    return { stems: numbers, words: new Set(words), idf, prints }
  })

  /** Counts each of the query's stems. @param found called for a word whose stem is in the query */
  function count(
    { stems: numbers }: Asked,
    stems: readonly string[],
    counts: number[],
    found: (at: number, number: number) => void,
  ): void {
    for (let at = 0; at < stems.length; at++) {
      // most words of a document are not in the query
      const number = numbers.get(stems[at]!)
      if (number === undefined) continue
      counts[number]!++
      found(at, number)
    }
  }
  const none = ({ idf }: Asked): number[] => idf.map(() => 0)

  return {
    /** @param stems of a document, with spaces between: read in one pass, and no string is made of those that the query has not */
    overlap(query: TextPart, stems: string): number {
      const asked = askedOf(query)
      const counts = none(asked)
      let words = 0
      let from = 0
      let print = PRINT
      for (let at = 0; at <= stems.length; at++) {
        const unit = at < stems.length ? stems.charCodeAt(at) : SPACE
        if (unit !== SPACE) {
          print = nextPrint(print, unit)
          continue
        }
        words++
        if (asked.prints[print & (PRINTS - 1)] === 1) {
          const number = asked.stems.get(stems.slice(from, at))
          if (number !== undefined) counts[number]!++
        }
        from = at + 1
        print = PRINT
      }
      return overlapOf(counts, asked.idf, words, marks)
    },
    compare(parts: PairParts): WordMatches {
      const [query, title, summary] = parts
      const asked = askedOf(query)
      const counts = none(asked)
      const both = new Set<string>()
      const kindOf = (exact: boolean, number: number) => matchOf(exact, asked.idf[number]!, marks.levels)
      const matched = ({ words, stems }: TextPart) => {
        const kinds = new Uint8Array(words.length)
        count(asked, stems, counts, (at, number) => {
          const exact = asked.words.has(words[at]!)
          if (exact) both.add(words[at]!)
          kinds[at] = kindOf(exact, number)
        })
        return kinds
      }
      const [ofTitle, ofSummary] = [matched(title), matched(summary)]
      const ofQuery = Uint8Array.from(query.words, (word, at) => {
        const number = asked.stems.get(query.stems[at]!)!
        return counts[number] === 0 ? 0 : kindOf(both.has(word), number)
      })
      const kinds = [ofQuery, ofTitle, ofSummary]
      return {
        overlap: overlapOf(counts, asked.idf, title.stems.length + summary.stems.length, marks),
        typeOf(index, token) {
          const { wordOf, wordEnd } = parts[index]!
          let best = 0
          // usually one word, several grams for a character; -1 for none
          const first = wordOf[token]!
          if (first >= 0)
            for (let word = first; word < wordEnd[token]!; word++) best = Math.max(best, kinds[index]![word]!)
          return index * MATCHES + best
        },
      }
    },
  }
}
