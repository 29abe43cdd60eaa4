import { describe, expect, it } from 'vitest'
import { bertSpecialTokens, llamaSpecialTokens } from '../special-tokens.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { trainBytePairs } from '../train/train-byte-pairs.ts'
import { trainWordPiece } from '../train/train-word-piece.ts'
import { createPairEncoder } from './pair-encoder.ts'
import { pairTemplateOf } from './pair-template.ts'

const texts = ['memory is used after it was freed', 'a buffer is written past its end']
const options = { vocabSize: 300, minFrequency: 1 }
const json = JSON.stringify(trainWordPiece(texts, { ...options, specialTokens: bertSpecialTokens() }))
const tokenizer = loadTokenizer(json)
const lengths = { maxLength: 24, maxQuery: 5, maxTitle: 6, maxSummary: 8 }
const bertTemplate = { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 1 } as const
const encode = (query: string, document: { title?: string; summary?: string }, template = bertTemplate) =>
  createPairEncoder(tokenizer, { form: 'pair', template, ...lengths }).encode(query, document)
const spell = (ids: Iterable<number>) => Array.from(ids, (id) => tokenizer.tokenOf(id)).join(' ')

describe('the template of a tokenizer.json', () => {
  const processed = (post_processor: unknown) => pairTemplateOf(JSON.stringify({ model: {}, post_processor }))

  it('is what its post-processor says', () => {
    const sep = ['</s>', 2]
    const cls = ['<s>', 0]
    const roberta = { start: ['<s>'], between: ['</s>', '</s>'], end: ['</s>'], secondType: 0 }
    expect(processed({ type: 'RobertaProcessing', sep, cls })).toEqual(roberta)
    expect(processed({ type: 'BertProcessing', sep: ['[SEP]', 1], cls: ['[CLS]', 0] })).toEqual(bertTemplate)
    const nested = {
      type: 'Sequence',
      processors: [{ type: 'ByteLevel' }, { type: 'RobertaProcessing', sep, cls }],
    }
    expect(processed(nested)).toEqual(roberta)
    expect(processed(null)).toBe(undefined)
    expect(processed({ type: 'ByteLevel' })).toBe(undefined)
  })

  it('stands in those that are trained here, so that other programs do not leave out the tokens around a pair', () => {
    expect(pairTemplateOf(json)).toEqual(bertTemplate)
    const pairs = trainBytePairs(texts, { ...options, specialTokens: llamaSpecialTokens() })
    expect(pairTemplateOf(JSON.stringify(pairs))).toMatchObject({
      start: ['<s>'],
      end: ['</s>'],
      secondType: 0,
    })
  })
})

describe('a pair', () => {
  it('stands between the tokens of the template, title and summary being one text', () => {
    const { ids, typeIds, documentStart, tokens } = encode('memory', {
      title: 'a buffer',
      summary: 'is freed',
    })
    expect(spell(ids)).toBe('[CLS] memory [SEP] a buffer is freed [SEP]')
    expect([...typeIds]).toEqual([0, 0, 0, 1, 1, 1, 1, 1])
    expect([documentStart, tokens]).toEqual([3, 8])
    expect(spell(encode('memory', {}).ids)).toBe('[CLS] memory [SEP] [SEP]')
  })

  it('is cut to its limits, the document before the query', () => {
    const long = texts.join(' ').repeat(20)
    const { ids } = encode(long, { title: long, summary: long })
    expect(ids.length).toBe(1 + 5 + 1 + (6 + 8) + 1)
    const narrow = createPairEncoder(tokenizer, {
      form: 'pair',
      template: bertTemplate,
      ...lengths,
      maxLength: 12,
    })
    expect(narrow.encode(long, { summary: long }).ids.length).toBe(12)
  })

  it('needs a template whose tokens there are', () => {
    const create = (part: object) => () => createPairEncoder(tokenizer, { form: 'pair', ...lengths, ...part })
    expect(create({})).toThrow('encoding.template is missing')
    expect(create({ template: { ...bertTemplate, end: ['</s>'] } })).toThrow('no token </s>')
  })
})

it.each([8, 9])('refuses a length of %i where the template alone takes nine tokens', (maxLength) => {
  const template = { ...bertTemplate, start: Array<string>(7).fill('[CLS]') }
  const limits = { maxLength, maxQuery: 2, maxTitle: 2, maxSummary: 2 }
  const open = (longest: number) =>
    createPairEncoder(tokenizer, { form: 'pair', template, ...limits, maxLength: longest })
  expect(() => open(maxLength)).toThrow(
    `encoding.maxLength is ${maxLength}, and encoding.template puts 9 tokens around a pair`,
  )
  expect(open(10).encode('memory', { summary: 'freed' }).ids).toHaveLength(10)
})
