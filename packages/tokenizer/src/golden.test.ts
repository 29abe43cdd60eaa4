// Ids against those of an independent library; testing/golden.json says how they were made.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { corpus } from '../testing/corpus.ts'
import { bertSpecialTokens, llamaSpecialTokens } from './special-tokens.ts'
import { loadTokenizer } from './tokenizer.ts'
import { trainBytePairs } from './train/train-byte-pairs.ts'
import { trainWordPiece } from './train/train-word-piece.ts'

interface Golden {
  readonly texts: readonly string[]
  readonly cases: readonly { readonly name: string; readonly tokenizer?: object; readonly ids: number[][] }[]
}
const golden: Golden = JSON.parse(readFileSync(new URL('../testing/golden.json', import.meta.url), 'utf8'))
const own: Record<string, () => object> = {
  trainWordPiece: () =>
    trainWordPiece(corpus, {
      vocabSize: 400,
      minFrequency: 2,
      specialTokens: bertSpecialTokens({ buckets: 3 }),
    }),
  trainBytePairs: () =>
    trainBytePairs(corpus, {
      vocabSize: 420,
      minFrequency: 2,
      specialTokens: llamaSpecialTokens({ buckets: 3 }),
    }),
}

it.each(golden.cases)('$name gives the ids of the Rust library', ({ name, tokenizer, ids }) => {
  const { encode } = loadTokenizer(JSON.stringify(tokenizer ?? own[name]!()))
  expect(golden.texts.map((text) => [text, encode(text)])).toEqual(
    golden.texts.map((text, i) => [text, ids[i]]),
  )
})
