import { fitExactMatch } from '@disranker/lexical'
import { expect, it } from 'vitest'
import { bertSpecialTokens } from '../special-tokens.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { trainWordPiece } from '../train/train-word-piece.ts'
import { createPairEncoder } from './pair-encoder.ts'
import { pairTypes } from './pair-types.ts'

const texts = ['red shoes for running', 'a blue coat for rain']
const tokenizer = loadTokenizer(
  JSON.stringify(
    trainWordPiece(texts, {
      vocabSize: 90,
      minFrequency: 1,
      specialTokens: bertSpecialTokens({ buckets: 2 }),
    }),
  ),
)
const lengths = { maxLength: 60, maxQuery: 20, maxTitle: 12, maxSummary: 20 }
const marks = fitExactMatch([{ title: texts[0]!, summary: texts[1]! }], {
  levels: [0, 1],
  k1: 1.2,
  b: 0.75,
  buckets: 2,
  bucketWidth: 1,
})

it.each([
  ['marks', { form: 'bert' as const, ...lengths, marks }],
  ['segments', { form: 'bert' as const, ...lengths }],
])('tells the words of either side apart by %s', (_, encoding) => {
  const { ids, typeIds } = createPairEncoder(tokenizer, encoding).encode('red rain', {
    title: texts[0]!,
    summary: texts[1]!,
  })
  const types = pairTypes(encoding)!
  const special = new Set(bertSpecialTokens({ buckets: 2 }).map((token) => tokenizer.idOf(token)))
  const of = (side: readonly number[]) =>
    [...ids].filter((id, at) => side.includes(typeIds[at]!) && !special.has(id))
  expect(of(types.query)).toEqual(tokenizer.encode('red rain'))
  expect(of(types.document)).toEqual([...tokenizer.encode(texts[0]!), ...tokenizer.encode(texts[1]!)])
})

it('has none where types do not tell', () => {
  expect(pairTypes({ form: 'llama', ...lengths })).toBeUndefined()
  expect(pairTypes({ form: 'pair', ...lengths })).toBeUndefined()
})
