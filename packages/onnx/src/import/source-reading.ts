// How a checkpoint reads a pair, and the terms added to its logit. A published cross-encoder has the first in
// its tokenizer.json and no such terms. A student of ours has all of it under "disranker" of config.json:
// exact-match token types, the static bi-encoder, the lexical weight. Each of these is imported or the import
// is refused: without one the student ranks worse than the first stage.
import type { EncoderCheckpoint } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'
import type { Encoding } from '@disranker/tokenizer'
import { readStaticBiEncoder, type StaticBiEncoder } from '@disranker/transformer'
import { longestFirst } from '../forms/pair-form.ts'

export interface SourceReading {
  readonly encoding: Encoding
  /** score = logit + lexicalWeight * overlap; the static bi-encoder is part of the logit */
  readonly lexicalWeight: number
  readonly staticBiEncoder: StaticBiEncoder | undefined
  /** "disranker" of config.json; undefined for a published model */
  readonly own: Readonly<Record<string, unknown>> | undefined
}

export interface ReadingOptions {
  readonly maxLength?: number | undefined
  readonly layers?: string | undefined
  readonly vocabulary?: string | undefined
}

const MAX_LENGTH = 256
/** the allowed keys of a bundle's own config.json; `batch` and `known` are made again */
const KNOWN = new Set(['encoding', 'score', 'wide', 'source', 'batch', 'known', 'cost', 'instruction'])

/** @throws {InputError} when a part of a student is missing or unknown, or it is to be cut */
export function readingOf(
  folder: string,
  source: EncoderCheckpoint,
  options: ReadingOptions = {},
): SourceReading {
  const own = source.config.disranker as SourceReading['own']
  if (own === undefined)
    return {
      encoding: encodingOf(source, options.maxLength),
      lexicalWeight: 0,
      staticBiEncoder: undefined,
      own,
    }
  checkUncut(source.name, options)
  const strange = Object.keys(own).filter((key) => !KNOWN.has(key))
  if (strange.length > 0)
    throw new InputError(
      `config.json of ${source.name} has disranker.${strange[0]}, which this version does not know: the student would rank otherwise without it. Import it with the version that made it.`,
    )
  if (own.encoding === undefined)
    throw new InputError(
      `config.json of ${source.name} has "disranker" without an encoding, so nothing says how it reads a pair. Copy the whole config.json of the student.`,
    )
  const { lexicalWeight = 0 } = (own.score ?? {}) as { lexicalWeight?: number }
  return {
    encoding: own.encoding as Encoding,
    lexicalWeight,
    staticBiEncoder: readStaticBiEncoder(folder, { disranker: own }),
    own,
  }
}

/** @throws {InputError} when a student of ours, which must stay whole, is to be made smaller */
export function checkUncut(name: string, { maxLength, layers, vocabulary }: ReadingOptions): void {
  const asked = Object.entries({ 'max-length': maxLength, layers, vocabulary }).find(
    ([, value]) => value !== undefined,
  )
  if (asked === undefined) return
  throw new InputError(
    `${name} is a student of DisRanker and is imported as it was trained: --${asked[0]} would change what it computes. Leave the option out, or train a smaller student.`,
  )
}

/**
 * The document is one text; a title is its beginning. A pair that is too long is shortened as in
 * sentence-transformers: query and document share the room.
 */
function encodingOf(
  { model, template, name }: EncoderCheckpoint,
  maxLength = Math.min(MAX_LENGTH, model.positions),
): Encoding {
  if (!(Number.isInteger(maxLength) && maxLength >= 16 && maxLength <= model.positions))
    throw new InputError(
      `--max-length is ${maxLength}; ${name} reads 16 to ${model.positions} tokens, and the edge wants few.`,
    )
  return longestFirst(template, maxLength)
}
