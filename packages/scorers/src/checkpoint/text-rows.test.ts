import { InputError } from '@disranker/stage'
import { trainWordPiece } from '@disranker/tokenizer'
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { createTextRows, embedRows } from './text-rows.ts'

const json = JSON.stringify(
  trainWordPiece(['red shoes rain coat a b c d e'], {
    vocabSize: 60,
    minFrequency: 1,
    specialTokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'],
  }),
)
const template = { start: ['[CLS]'], end: ['[SEP]'] }
const open = (query: number) => createTextRows('a-model', json, template, { lengths: { query, document: 8 } })

it('cuts a text to its length, the tokens around it included', () => {
  expect(open(4)('query', 'a b c d e').ids).toHaveLength(4)
  expect(open(8)('query', 'a').ids).toHaveLength(3)
})

it.each([2, 1])('refuses a length of %i, which leaves no token of a text', (length) => {
  expect(() => open(length)).toThrow(InputError)
  expect(() => open(length)).toThrow(
    `A query may have ${length} tokens, and the model puts 2 around each text: none is left.`,
  )
})

it('names a token that the tokenizer lacks', () => {
  const without = () =>
    createTextRows('a-model', json, { start: ['<s>'], end: [] }, { lengths: { query: 8, document: 8 } })
  expect(without).toThrow('a-model: tokenizer.json has no token <s>.')
})

it('embeds in batches of similar lengths, and gives the rows back in their order', () => {
  const rows = ['a b c d', 'a', 'b c'].map((text) => open(8)('query', text))
  const batches: number[] = []
  const embedded = embedRows(rows, 10, (batch) => {
    const { lengths } = batch
    batches.push(lengths.length)
    return tf.tensor2d(Array.from(lengths, (length) => [length, 0]))
  })
  expect(embedded.map(([length]) => length)).toEqual(rows.map(({ ids }) => ids.length))
  // 3 and 4 tokens together, 6 alone
  expect(batches).toEqual([2, 1])
})
