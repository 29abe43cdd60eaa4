// Learns a vocabulary and makes an encoder of pairs, from the train texts: the start of a model from scratch.
import { type AnalyzerSpec, fitExactMatch } from '@disranker/lexical'
import type { Encoding } from '../encoding.ts'
import { bertSpecialTokens, lineBreak, llamaSpecialTokens } from '../special-tokens.ts'
import { loadTokenizer, type Tokenizer } from '../tokenizer.ts'
import { trainBytePairs } from './train-byte-pairs.ts'
import { trainWordPiece } from './train-word-piece.ts'

export interface VocabularyRecipe {
  /** bert: lower-cased WordPiece; llama: byte-level pairs */
  readonly form: 'bert' | 'llama'
  /** entries of the vocabulary */
  readonly size: number
  /** maximal tokens of query, title and summary together, special tokens included */
  readonly maxLength: number
  /** maximal tokens of the query; of the title; of the summary */
  readonly maxQuery: number
  readonly maxTitle: number
  readonly maxSummary: number
  /** exact-match token types (Boualili et al. 2020, MarkedBERT): for models trained from scratch, false for pre-trained ones */
  readonly exactMatch:
    | false
    | {
        readonly levels: readonly [number, number]
        readonly k1: number
        readonly b: number
        readonly buckets: number
        readonly bucketWidth: number
      }
}

export interface Vocabulary {
  /** the text of tokenizer.json */
  readonly json: string
  readonly tokenizer: Tokenizer
  readonly encoding: Encoding
}

/**
 * Trains a tokenizer on documents and queries, and fits the exact-match token types on the documents, which
 * are read twice.
 * @param queries for training: never validation's or test's
 * @param analyzer defines the words of the exact matches; `porter` by default
 */
export function learnVocabulary(
  documents: Iterable<{ readonly title: string; readonly summary: string }>,
  queries: Iterable<string>,
  { form, size, exactMatch, ...lengths }: VocabularyRecipe,
  analyzer?: AnalyzerSpec,
): Vocabulary {
  const texts = textsOf(documents, queries)
  const special = exactMatch === false ? {} : { buckets: exactMatch.buckets }
  const json = JSON.stringify(
    form === 'bert'
      ? trainWordPiece(texts, { vocabSize: size, minFrequency: 2, specialTokens: bertSpecialTokens(special) })
      : trainBytePairs(texts, {
          vocabSize: size,
          minFrequency: 2,
          specialTokens: llamaSpecialTokens(special),
        }),
  )
  const encoding = {
    form,
    ...lengths,
    ...(exactMatch !== false && {
      marks: fitExactMatch(documents, exactMatch, analyzer),
      ...(analyzer !== undefined && { analyzer }),
    }),
  }
  return { json, tokenizer: loadTokenizer(json), encoding }
}

function* textsOf(
  documents: Iterable<{ readonly title: string; readonly summary: string }>,
  queries: Iterable<string>,
): Generator<string> {
  for (const { title, summary } of documents) {
    yield title
    yield summary
  }
  yield* queries
}

/** The ids that training must not hide from a model, and the id that replaces a hidden one. */
export function hiding(
  tokenizer: Tokenizer,
  { form, marks, template }: Encoding,
): { hidden: number; kept: Set<number> } {
  const buckets = marks === undefined ? {} : { buckets: marks.buckets }
  const around = template ? [...template.start, ...template.between, ...template.end] : []
  const special =
    form === 'pair' ? around : (form === 'bert' ? bertSpecialTokens : llamaSpecialTokens)(buckets)
  const idsOf = (tokens: readonly string[]) =>
    tokens.map((token) => tokenizer.idOf(token)).filter((id) => id !== undefined)
  const between = form === 'llama' ? lineBreak(tokenizer) : []
  const masks = form === 'llama' ? ['<unk>'] : form === 'bert' ? ['[MASK]'] : ['[MASK]', '<mask>', '<unk>']
  return { hidden: idsOf(masks)[0] ?? 0, kept: new Set([...idsOf(special), ...between]) }
}
