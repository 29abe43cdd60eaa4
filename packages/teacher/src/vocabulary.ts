// The teacher's alphabet: byte-level pairs learned from the documents and from the queries it may see.
import type { Pairs } from '@disranker/dataset'
import {
  type Encoding,
  fitMarks,
  llamaSpecialTokens,
  loadTokenizer,
  type Tokenizer,
  trainBytePairs,
} from '@disranker/tokenizer'

export interface VocabularyRecipe {
  /** entries of the vocabulary */
  readonly size: number
  /** most tokens of query, title and summary together, special tokens included */
  readonly maxLength: number
  /** most tokens of the query; of the title; of the summary */
  readonly maxQuery: number
  readonly maxTitle: number
  readonly maxSummary: number
  /** exact-match marks (Boualili et al. 2020, MarkedBERT): for models trained from scratch, false for pre-trained ones */
  readonly marks:
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

/** Trains a tokenizer on documents, train queries and weak queries, and fits the marks on the documents. */
export function makeVocabulary(pairs: Pairs, recipe: VocabularyRecipe): Vocabulary {
  const { size, marks, ...lengths } = recipe
  const texts = [
    ...pairs.documents.flatMap(({ title, summary }) => [title, summary]),
    ...pairs.queries.filter(({ split }) => split === 'train' || split === 'weak').map(({ text }) => text),
  ]
  const specialTokens = llamaSpecialTokens(marks === false ? {} : { buckets: marks.buckets })
  const json = JSON.stringify(trainBytePairs(texts, { vocabSize: size, minFrequency: 2, specialTokens }))
  const tokenizer = loadTokenizer(json)
  const encoding: Encoding = {
    form: 'llama',
    ...lengths,
    ...(marks === false ? {} : { marks: fitMarks(pairs.documents, marks) }),
  }
  return { json, tokenizer, encoding }
}
