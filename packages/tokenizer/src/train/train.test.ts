// The properties of both trainers.
import { expect, it } from 'vitest'
import { corpus } from '../../testing/corpus.ts'
import { bertSpecialTokens, llamaSpecialTokens } from '../special-tokens.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { trainBytePairs } from './train-byte-pairs.ts'
import { trainWordPiece } from './train-word-piece.ts'

const trainers = [
  { name: 'WordPiece', train: trainWordPiece, specialTokens: bertSpecialTokens({ buckets: 2 }) },
  { name: 'byte pairs', train: trainBytePairs, specialTokens: llamaSpecialTokens({ buckets: 2 }) },
]

it.each(trainers)(
  '$name: special tokens come first, ids are whole and the size is kept',
  ({ train, specialTokens }) => {
    const json = train(corpus, { vocabSize: 380, minFrequency: 1, specialTokens })
    const { vocab } = json.model as { vocab: Record<string, number> }
    const byId = Object.entries(vocab).sort(([, a], [, b]) => a - b)
    expect(byId.map(([, id]) => id)).toEqual(byId.map((_, index) => index))
    expect(byId.slice(0, specialTokens.length).map(([token]) => token)).toEqual(specialTokens)
    expect(byId).toHaveLength(380)
  },
)

it.each(trainers)('$name: the order of the texts does not matter', ({ train, specialTokens }) => {
  const options = { vocabSize: 400, minFrequency: 2, specialTokens }
  expect(JSON.stringify(train([...corpus].reverse(), options))).toBe(JSON.stringify(train(corpus, options)))
})

it.each(trainers)('$name: frequent words become one token', ({ train, specialTokens }) => {
  const { encode } = loadTokenizer(
    JSON.stringify(train(corpus, { vocabSize: 600, minFrequency: 2, specialTokens })),
  )
  expect(encode('the')).toHaveLength(1)
  expect(encode('a buffer')).toHaveLength(2)
})

it('learns nothing from no texts', () => {
  const options = { vocabSize: 400, minFrequency: 2 }
  const [pieces, bytes] = trainers.map(({ train, specialTokens }) =>
    loadTokenizer(JSON.stringify(train([], { ...options, specialTokens }))),
  )
  expect([pieces!.encode(''), pieces!.encode('a'), pieces!.vocabSize]).toEqual([
    [],
    [pieces!.idOf('[UNK]')],
    7,
  ])
  expect([bytes!.encode(''), bytes!.encode('a').map(bytes!.tokenOf), bytes!.vocabSize]).toEqual([
    [],
    ['Ġ', 'a'],
    262,
  ])
})

it('byte pairs spell every text', () => {
  const { encode, tokenOf } = loadTokenizer(
    JSON.stringify(
      trainBytePairs(corpus, { vocabSize: 300, minFrequency: 2, specialTokens: llamaSpecialTokens() }),
    ),
  )
  const ids = encode('🙂 \u0000 हि')
  expect(ids.map(tokenOf)).not.toContain('<unk>')
  expect(ids.map(tokenOf).join('')).toBe('ĠðŁĻĤĠĀĠà¤¹à¤¿')
})
