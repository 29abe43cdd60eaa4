// A WordPiece vocabulary learned by byte-pair merging, like Hugging Face's trainer: pieces that continue a
// word have the prefix "##".
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { type TokenizerJson, wordPieceJson } from '../tokenizer-json.ts'
import { countPieces } from './count-pieces.ts'
import { learnMerges } from './learn-merges.ts'

export interface TrainOptions {
  /** entries of the vocabulary, special tokens included */
  readonly vocabSize: number
  /** less frequent pairs of symbols are not merged */
  readonly minFrequency: number
  /** the first ids, in this order */
  readonly specialTokens: readonly string[]
}

/** letters that are added before any merge, the most frequent first: others become [UNK] */
const MOST_LETTERS = 1000

/** Learns a lower-cased WordPiece vocabulary. Equal texts give equal bytes. */
export function trainWordPiece(texts: Iterable<string>, options: TrainOptions): TokenizerJson {
  const { vocabSize, minFrequency, specialTokens } = options
  const library = new Library(wordPieceJson(['[UNK]'], []), {})
  const counts = countPieces(
    texts,
    (chunk) => library.pre_tokenizer!(library.normalizer!.normalize(chunk)) as string[],
  )
  const letters = frequentLetters(counts, Math.min(MOST_LETTERS, Math.floor(vocabSize / 4)))
  const words = [...counts]
    .map(([word, count]) => [[...word], count] as const)
    .filter(([symbols]) => symbols.every((letter) => letters.has(letter)))
    .map(
      ([symbols, count]) => [symbols.map((letter, i) => (i === 0 ? letter : `##${letter}`)), count] as const,
    )
  const bare = (symbol: string) => (symbol.startsWith('##') ? symbol.slice(2) : symbol)
  const join = (left: string, right: string) => left + bare(right)
  const { merges, alphabet } = learnMerges(words, {
    symbols: vocabSize - specialTokens.length,
    minFrequency,
    join,
  })
  const learned = merges.map(([left, right]) => join(left, right))
  // two merges can give the same piece
  const vocabulary = [...new Set([...specialTokens, ...alphabet, ...learned])].slice(0, vocabSize)
  return wordPieceJson(vocabulary, specialTokens)
}

function frequentLetters(counts: ReadonlyMap<string, number>, limit: number): Set<string> {
  const letters = new Map<string, number>()
  for (const [word, count] of counts)
    for (const letter of word) letters.set(letter, (letters.get(letter) ?? 0) + count)
  const sorted = [...letters].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return new Set(sorted.slice(0, limit).map(([letter]) => letter))
}
