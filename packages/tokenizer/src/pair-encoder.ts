// A query and a document as one sequence of token ids and type ids: the same code in training and at the edge.
import {
  type Analyzer,
  analyzerOf,
  createMemory,
  type ExactMatch,
  MARKED_TYPES,
  MATCHES,
  matchOf,
  OVERLAP_TYPE,
  overlapOf,
  SPECIAL_TYPE,
  type WordSet,
} from '@disranker/lexical'
import type { PairEncoder } from './encoded-pair.ts'
import { checkEncoding, type Encoding } from './encoding.ts'
import { lineBreak, overlapToken } from './special-tokens.ts'
import { createTemplateEncoder } from './template-encoder.ts'
import { charactersFor, singleSpaced, type TextPart, toTextPart } from './text-part.ts'
import type { Tokenizer } from './tokenizer.ts'
import { truncate } from './truncate.ts'

/** Characters of documents for a stage, which reads each of them many times. */
export const STAGE_MEMORY = 2_000_000

/**
 * Prepares to encode pairs.
 * @param memory characters of documents whose tokens are kept, in about; they take some ten times as many bytes
 * @throws {RangeError} when the limits leave no room for a query
 * @throws {Error} when the tokenizer lacks a special token that the encoding needs
 */
export function createPairEncoder(tokenizer: Tokenizer, encoding: Encoding, memory = 0): PairEncoder {
  checkEncoding(encoding)
  const { form, marks, maxLength } = encoding
  const need = (token: string) => {
    const id = tokenizer.idOf(token)
    if (id !== undefined) return id
    throw new Error(
      `The tokenizer has no token ${token}, which encoding form "${form}" needs. Use the tokenizer.json of the model.`,
    )
  }
  if (form === 'pair') return createTemplateEncoder(tokenizer, encoding, need)
  const newline = form === 'bert' ? [need('[SEP]')] : lineBreak(tokenizer)
  const [first, last] = form === 'bert' ? [need('[CLS]'), need('[SEP]')] : [need('<s>'), need('</s>')]
  const overlapIds = Array.from({ length: marks?.buckets ?? 0 }, (_, bucket) =>
    need(overlapToken(form, bucket)),
  )
  // without exact-match token types nothing looks at words
  const analyzer = marks === undefined ? undefined : analyzerOf(encoding.analyzer)
  const matches = marks === undefined ? undefined : createMatches(marks, analyzer!)
  const read = (text: string, limit: number) =>
    toTextPart(tokenizer, singleSpaced(text.trimStart().slice(0, charactersFor(limit))), limit, analyzer)
  const part = rememberLast(read)
  const known = createMemory<TextPart>(memory)
  const documentPart = (text: string, limit: number) => {
    if (memory === 0) return read(text, limit)
    const key = `${limit} ${text}`
    const found = known.get(key)
    if (found !== undefined) return found
    const fresh = read(text, limit)
    known.set(key, fresh)
    return fresh
  }

  /** first and last token, a break between parts, the overlap token */
  const room = (titled: boolean) => maxLength - 2 - newline.length * (titled ? 2 : 1) - (matches ? 1 : 0)

  return {
    room,
    typeVocabSize: marks === undefined ? (form === 'bert' ? 2 : 1) : MARKED_TYPES,
    maxLength,
    stems: ({ title = '', summary = '' }, most = encoding.maxSummary) =>
      matches === undefined
        ? []
        : [...documentPart(title, encoding.maxTitle).stems, ...documentPart(summary, most).stems],
    overlap: (query, stems) => matches?.overlap(part(query, encoding.maxQuery), stems) ?? 0,
    encode(query, { title = '', summary = '' }, mostOfSummary = encoding.maxSummary) {
      const parts = [
        part(query, encoding.maxQuery),
        documentPart(title, encoding.maxTitle),
        documentPart(summary, mostOfSummary),
      ] as const
      const overlap = matches?.overlap(parts[0], [...parts[1].stems, ...parts[2].stems]) ?? 0
      const present = parts[1].ids.length > 0 ? [0, 1, 2] : [0, 2]
      const limits = [encoding.maxQuery, encoding.maxTitle, mostOfSummary]
      const lengths = truncate(
        parts.map(({ ids }, index) => Math.min(ids.length, limits[index]!)),
        room(present.length === 3),
      )
      const ids: number[] = [first]
      const types: number[] = [matches ? SPECIAL_TYPE : 0]
      const putOverlap = () => {
        if (!matches) return
        ids.push(overlapIds[Math.min(overlapIds.length - 1, Math.floor(overlap / marks!.bucketWidth))]!)
        types.push(OVERLAP_TYPE)
      }
      if (form === 'bert') putOverlap()
      let documentStart = 0
      for (const [place, index] of present.entries()) {
        if (place === 1) documentStart = ids.length
        // BERT knows two segments: the query, and what follows
        const segment = form === 'bert' && index > 0 ? 1 : 0
        for (let i = 0; i < lengths[index]!; i++) {
          ids.push(parts[index]!.ids[i]!)
          types.push(matches ? index * MATCHES + matches.of(parts, index, i) : segment)
        }
        if (place < present.length - 1)
          for (const id of newline) {
            ids.push(id)
            types.push(matches ? SPECIAL_TYPE : segment)
          }
      }
      if (form === 'llama') putOverlap()
      ids.push(last)
      types.push(matches ? SPECIAL_TYPE : form === 'bert' ? 1 : 0)
      return {
        ids: Int32Array.from(ids),
        typeIds: Int32Array.from(types),
        overlap,
        documentStart,
        tokens: ids.length,
      }
    },
  }
}

/** The types of tokens and the overlap of a pair; what the query's words are is computed once for many documents. */
function createMatches(marks: ExactMatch, { weight }: Analyzer) {
  // not looked up in the object itself: "constructor" is a word
  const table = new Map(Object.entries(marks.idf))
  const idf = (stem: string) => table.get(stem) ?? marks.defaultIdf * weight(stem)
  const toSet = (parts: readonly TextPart[]): WordSet => ({
    words: new Set(parts.flatMap(({ words }) => words)),
    stems: new Set(parts.flatMap(({ stems }) => stems)),
  })
  const querySet = rememberLast((query: TextPart) => toSet([query]))
  const sets = new WeakMap<TextPart, { readonly summary: TextPart; readonly set: WordSet }>()
  const documentSet = (title: TextPart, summary: TextPart): WordSet => {
    const known = sets.get(title)
    if (known?.summary === summary) return known.set
    const set = toSet([title, summary])
    sets.set(title, { summary, set })
    return set
  }
  return {
    overlap: (query: TextPart, stems: readonly string[]) =>
      overlapOf(querySet(query).stems, stems, idf, marks),
    of(
      [query, title, summary]: readonly [TextPart, TextPart, TextPart],
      index: number,
      token: number,
    ): number {
      const part = [query, title, summary][index]!
      const first = part.wordOf[token]!
      if (first < 0) return 0
      const other = index === 0 ? documentSet(title, summary) : querySet(query)
      let best = 0
      // one word as a rule, several grams of a character
      for (let word = first; word < part.wordEnd[token]!; word++) {
        const stem = part.stems[word]!
        // most words match none: their rarity need not be looked up
        if (other.stems.has(stem))
          best = Math.max(best, matchOf(part.words[word]!, stem, other, idf(stem), marks.levels))
      }
      return best
    },
  }
}

/** A function that remembers its last answer. */
function rememberLast<Arguments extends readonly unknown[], Result>(
  compute: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let last: { given: Arguments; result: Result } | undefined
  return (...given) => {
    if (last === undefined || !last.given.every((value, i) => value === given[i]))
      last = { given, result: compute(...given) }
    return last.result
  }
}
