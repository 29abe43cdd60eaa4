import { analyzerOf, PORTER } from '@disranker/lexical'
import { expect, it } from 'vitest'
import { corpus } from '../../testing/corpus.ts'
import { createPairEncoder } from '../pairs/pair-encoder.ts'
import { bertSpecialTokens, llamaSpecialTokens } from '../special-tokens.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { trainBytePairs } from '../train/train-byte-pairs.ts'
import { trainWordPiece } from '../train/train-word-piece.ts'
import { learnVocabulary } from '../train/vocabulary.ts'
import { alignForms } from './align-forms.ts'

const thai = ['การท่องเที่ยวในประเทศไทย', 'ประเทศไทยมีการท่องเที่ยว', 'การเดินทางในกรุงเทพ']
const texts = [...corpus, ...thai, '東京都の天気', '京都の寺', 'C++ and Node.js 1.2']
const tokenizers = [
  {
    name: 'bert',
    json: trainWordPiece(texts, { vocabSize: 500, minFrequency: 1, specialTokens: bertSpecialTokens() }),
  },
  {
    name: 'llama',
    json: trainBytePairs(texts, { vocabSize: 700, minFrequency: 1, specialTokens: llamaSpecialTokens() }),
  },
].map(({ name, json }) => ({ name, tokenizer: loadTokenizer(JSON.stringify(json)) }))

it.each(tokenizers)('$name: the ids are the same whatever the words are', ({ tokenizer }) => {
  for (const text of [...texts, 'Ünïcode ﬁ ① 中文x中 ﾊﾞｽ', 'a'.repeat(300)])
    for (const name of ['any', 'en', 'th'])
      expect(tokenizer.chunks(text, 1000, analyzerOf({ name })).flatMap(({ ids }) => ids)).toEqual(
        tokenizer.encode(text),
      )
})

it.each(tokenizers)(
  '$name: where no word crosses a sign, tokens are part of the words they were',
  ({ tokenizer }) => {
    const wordsOf = (text: string, name: string) =>
      tokenizer
        .chunks(text, 1000, analyzerOf({ name }))
        .flatMap(({ wordOf, words }) => wordOf.map((word) => words[word]))
    for (const text of [
      ...corpus.filter((text) => !/\p{sc=Han}/u.test(text)),
      'Overflows-of the (crème) DON_T.',
    ])
      expect(wordsOf(text, 'en')).toEqual(wordsOf(text, 'porter'))
  },
)

it.each(tokenizers)(
  '$name: a token knows all grams it is part of, and the name that its signs belong to',
  ({ tokenizer }) => {
    const wordsOf = (text: string, name: string) =>
      tokenizer
        .chunks(text, 1000, analyzerOf({ name }))
        .flatMap(({ ids, wordOf, wordEnd, words }) =>
          ids.map(
            (id, i) => [tokenizer.tokenOf(id), words.slice(Math.max(0, wordOf[i]!), wordEnd[i])] as const,
          ),
        )
    // a token of a space alone is part of none
    const signed = wordsOf('C++', 'en').filter(([token]) => token !== 'Ġ')
    expect(signed.map(([, words]) => words)).toEqual(signed.map(() => ['c++']))
    const covered = wordsOf('ประเทศไทย', 'th')
    expect(new Set(covered.flatMap(([, words]) => words))).toEqual(
      new Set(analyzerOf({ name: 'th' }).words('ประเทศไทย')),
    )
  },
)

it('marks grams that both sides have', () => {
  const documents = [
    { title: '東京都の天気', summary: '雨' },
    { title: '大阪の天気', summary: '晴れ' },
    { title: '京都の寺', summary: '古い' },
  ]
  const exactMatch = { levels: [0, 0.3], k1: 1.2, b: 0.75, buckets: 4, bucketWidth: 1 } as const
  const lengths = { maxLength: 40, maxQuery: 10, maxTitle: 10, maxSummary: 10 }
  const { tokenizer, encoding } = learnVocabulary(
    documents,
    ['東京'],
    { form: 'bert', size: 100, exactMatch, ...lengths },
    { name: 'ja' },
  )
  expect(encoding.analyzer).toEqual({ name: 'ja' })
  const encoder = createPairEncoder(tokenizer, JSON.parse(JSON.stringify(encoding)))
  const matched = (query: string) => {
    const { ids, typeIds } = encoder.encode(query, documents[0]!)
    return [...ids]
      .map((id, i) => [tokenizer.tokenOf(id)!, typeIds[i]!] as const)
      .filter(([, type]) => type < 15 && type % 5 > 0)
      .map(([token]) => token)
      .join('')
  }
  expect(matched('東京')).toBe('東京東京')
  expect(matched('京都')).toBe('京都京都')
  expect(matched('大阪')).toBe('')
  expect(encoder.encode('東京', documents[0]!).overlap).toBeGreaterThan(
    encoder.encode('東京', documents[2]!).overlap,
  )
})

it('refuses an analyzer that it does not know', () => {
  const encoding = { form: 'bert', maxLength: 40, maxQuery: 10, maxTitle: 10, maxSummary: 10 } as const
  expect(() =>
    createPairEncoder(tokenizers[0]!.tokenizer, { ...encoding, analyzer: { name: 'nonsense' } }),
  ).toThrow('analyzer.name is "nonsense"')
})

it('aligns a text with its form, character by character', () => {
  const fold = analyzerOf({ name: 'any' }).places!.fold
  const spans = (text: string) => {
    const { start, end } = alignForms(text, fold, fold(text))!
    return [...fold(text)].map((letter, i) => [letter, text.slice(start[i], end[i])])
  }
  expect(spans('ﾊﾞA')).toEqual([
    ['バ', 'ﾊﾞ'],
    ['a', 'A'],
  ])
  expect(spans('ﬁ')).toEqual([
    ['f', 'ﬁ'],
    ['i', 'ﬁ'],
  ])
  expect(spans('\u1112\u1161\u11ab')).toEqual([['한', '\u1112\u1161\u11ab']])
  expect(alignForms('ab', (text) => (text.length > 1 ? 'x' : text), 'x')).toBeUndefined()
  expect(PORTER.places).toBeUndefined()
})
