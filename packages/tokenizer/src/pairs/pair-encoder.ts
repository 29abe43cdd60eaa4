// Encodes a query and a document as one sequence of token ids and type ids, with the same code in training
// and at the edge.
import { analyzerOf, createMemory, MARKED_TYPES, OVERLAP_TYPE, SPECIAL_TYPE } from '@disranker/lexical'
import type { PairEncoder } from '../encoded-pair.ts'
import { checkEncoding, type Encoding } from '../encoding.ts'
import { lineBreak, overlapToken } from '../special-tokens.ts'
import { charactersFor, singleSpaced, type TextPart, toTextPart } from '../text-part.ts'
import type { Tokenizer } from '../tokenizer.ts'
import { rememberLast } from './remember-last.ts'
import { createTemplateEncoder } from './template-encoder.ts'
import { truncate } from './truncate.ts'
import { createWordMatches } from './word-matches.ts'

/** Size of the document cache of a stage, which reads each document many times, in characters. */
export const STAGE_MEMORY = 2_000_000

/**
 * Makes an encoder of pairs.
 * @param memory approximate characters of documents whose tokens are cached; they take some ten times as many
 * bytes
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
  // without exact-match token types no words are needed
  const analyzer = marks === undefined ? undefined : analyzerOf(encoding.analyzer)
  const matches = marks === undefined ? undefined : createWordMatches(marks, analyzer!)
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
      const compared = matches?.compare(parts)
      const overlap = compared?.overlap ?? 0
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
      for (const [position, index] of present.entries()) {
        if (position === 1) documentStart = ids.length
        // BERT has two segments: the query, and the rest
        const segment = form === 'bert' && index > 0 ? 1 : 0
        for (let i = 0; i < lengths[index]!; i++) {
          ids.push(parts[index]!.ids[i]!)
          types.push(compared ? compared.typeOf(index, i) : segment)
        }
        if (position < present.length - 1)
          for (const id of newline) {
            ids.push(id)
            types.push(matches ? SPECIAL_TYPE : segment)
          }
      }
      if (form === 'llama') putOverlap()
      ids.push(last)
      types.push(matches ? SPECIAL_TYPE : form === 'bert' ? 1 : 0)
      return {
        ids: new Int32Array(ids),
        typeIds: new Int32Array(types),
        overlap,
        documentStart,
        tokens: ids.length,
      }
    },
  }
}
