import { bertSpecialTokens, loadTokenizer, trainWordPiece } from '@disranker/tokenizer'
import { expect, it } from 'vitest'
import { RerankerError } from '../reranker-error.ts'
import { createTextReading } from './text-reading.ts'

const tokenizer = loadTokenizer(
  JSON.stringify(
    trainWordPiece(['a b c d e'], { vocabSize: 60, minFrequency: 1, specialTokens: bertSpecialTokens() }),
  ),
)
const open = (query: number, document = 8) =>
  createTextReading(tokenizer, {
    around: { start: ['[CLS]'], end: ['[SEP]'] },
    prefixes: { query: '', document: '' },
    lengths: { query, document },
  })

it('cuts a text to its length, the tokens around it included', () => {
  expect(open(4)('query', 'a b c d e')).toHaveLength(4)
  expect(open(8)('query', 'a')).toHaveLength(3)
})

it.each([
  [2, 8, 'reads 2 tokens of a query'],
  [8, 1, 'reads 1 tokens of a document'],
  [Number.NaN, 8, 'reads NaN tokens of a query'],
])('refuses lengths of %d and %d, which leave no token of a text', (query, document, message) => {
  expect(() => open(query, document)).toThrow(RerankerError)
  expect(() => open(query, document)).toThrow(message)
})
