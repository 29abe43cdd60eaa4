// A byte-level byte-pair vocabulary: the 256 bytes first, so that no text is unknown.
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { byteLetters } from '../chunks/word-of-token.ts'
import { bytePairJson, type TokenizerJson } from '../tokenizer-json.ts'
import { countPieces } from './count-pieces.ts'
import { learnMerges } from './learn-merges.ts'
import type { TrainOptions } from './train-word-piece.ts'

/** Learns byte pairs. Equal texts give equal bytes. */
export function trainBytePairs(texts: Iterable<string>, options: TrainOptions): TokenizerJson {
  const { vocabSize, minFrequency, specialTokens } = options
  const library = new Library(bytePairJson([], [], []), {})
  const counts = countPieces(texts, (chunk) => library.pre_tokenizer!(chunk) as string[])
  const bytes = byteLetters().sort()
  // each byte is a separate word, so that all bytes are symbols from the start
  const words = [
    ...bytes.map((byte) => [[byte], 0] as const),
    ...[...counts].map(([word, count]) => [[...word], count] as const),
  ]
  const { merges } = learnMerges(words, {
    symbols: vocabSize - specialTokens.length,
    minFrequency,
    join: (left, right) => left + right,
  })
  const vocabulary = [
    ...new Set([...specialTokens, ...bytes, ...merges.map(([left, right]) => left + right)]),
  ]
  return bytePairJson(vocabulary, merges, specialTokens)
}
