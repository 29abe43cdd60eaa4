import { expect, it } from 'vitest'
import { corpus } from '../../testing/corpus.ts'
import { createPairEncoder } from '../pairs/pair-encoder.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { hiding, learnVocabulary } from './vocabulary.ts'

const documents = corpus.map((summary) => ({ title: summary.slice(0, 12), summary }))
const exactMatch = { levels: [1, 2], k1: 1.2, b: 0.75, buckets: 3, bucketWidth: 2 } as const
const lengths = { size: 500, maxLength: 40, maxQuery: 12, maxTitle: 10, maxSummary: 24 }

it.each(['bert', 'llama'] as const)(
  '%s: what is learned encodes pairs, after a trip through JSON too',
  (form) => {
    const { json, tokenizer, encoding } = learnVocabulary(documents, ['a query'], {
      form,
      ...lengths,
      exactMatch,
    })
    expect(tokenizer.vocabSize).toBeLessThanOrEqual(500)
    expect(loadTokenizer(json).encode(corpus[0]!)).toEqual(tokenizer.encode(corpus[0]!))
    const pair = createPairEncoder(tokenizer, encoding).encode('buffer overflow', documents[1]!)
    const again = createPairEncoder(tokenizer, JSON.parse(JSON.stringify(encoding))).encode(
      'buffer overflow',
      documents[1]!,
    )
    expect(again).toEqual(pair)
    expect(pair.overlap).toBeGreaterThan(0)
  },
)

it('keeps special tokens from being hidden', () => {
  const bert = learnVocabulary(documents, [], { form: 'bert', ...lengths, exactMatch: false })
  expect(bert.encoding.marks).toBeUndefined()
  expect(hiding(bert.tokenizer, bert.encoding)).toEqual({ hidden: 4, kept: new Set([0, 1, 2, 3, 4]) })
  const llama = learnVocabulary(documents, [], { form: 'llama', ...lengths, exactMatch })
  const { hidden, kept } = hiding(llama.tokenizer, llama.encoding)
  expect(hidden).toBe(0)
  // <unk> <s> </s> <pad>, three overlap tokens, the line break
  expect([...kept]).toEqual([0, 1, 2, 3, 4, 5, 6, llama.tokenizer.idOf('Ċ')])
})
