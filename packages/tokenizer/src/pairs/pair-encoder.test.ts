import { fitExactMatch } from '@disranker/lexical'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { corpus } from '../../testing/corpus.ts'
import type { Encoding } from '../encoding.ts'
import { bertSpecialTokens, llamaSpecialTokens } from '../special-tokens.ts'
import { charactersFor, singleSpaced } from '../text-part.ts'
import { loadTokenizer, type Tokenizer } from '../tokenizer.ts'
import { trainBytePairs } from '../train/train-byte-pairs.ts'
import { trainWordPiece } from '../train/train-word-piece.ts'
import { createPairEncoder } from './pair-encoder.ts'

const options = { vocabSize: 600, minFrequency: 2 }
const tokenizers = {
  bert: loadTokenizer(
    JSON.stringify(trainWordPiece(corpus, { ...options, specialTokens: bertSpecialTokens({ buckets: 4 }) })),
  ),
  llama: loadTokenizer(
    JSON.stringify(trainBytePairs(corpus, { ...options, specialTokens: llamaSpecialTokens({ buckets: 4 }) })),
  ),
}
const documents = corpus.map((summary) => ({ title: '', summary }))
const marks = fitExactMatch(documents, { levels: [1.5, 2.2], k1: 1.2, b: 0.75, buckets: 4, bucketWidth: 2 })
const lengths = { maxLength: 40, maxQuery: 12, maxTitle: 10, maxSummary: 24 }
/** the forms that are trained here */
type TrainedEncoding = Encoding & { readonly form: 'bert' | 'llama' }
const bert: TrainedEncoding = { form: 'bert', ...lengths }
const llama: TrainedEncoding = { form: 'llama', ...lengths }

/** the tokens and types of a pair, as one can read them */
function spell(
  encoding: TrainedEncoding,
  query: string,
  document: { title?: string; summary?: string },
): string {
  const { ids, typeIds } = createPairEncoder(tokenizers[encoding.form], encoding).encode(query, document)
  return Array.from(ids, (id, i) => `${tokenizers[encoding.form].tokenOf(id)}:${typeIds[i]}`).join(' ')
}

it('lays out a pair for BERT', () => {
  expect(spell(bert, 'the dog', { title: 'buffer', summary: 'The data.' })).toBe(
    '[CLS]:0 the:0 dog:0 [SEP]:0 buffer:1 [SEP]:1 the:1 data:1 .:1 [SEP]:1',
  )
  expect(spell(bert, 'dog', { summary: 'data' })).toBe('[CLS]:0 dog:0 [SEP]:0 data:1 [SEP]:1')
  expect(spell(bert, 'dog', {})).toBe('[CLS]:0 dog:0 [SEP]:0 [SEP]:1')
})

it('lays out a pair for LLaMA', () => {
  expect(spell(llama, 'the dog', { title: 'the buffer', summary: 'the data' })).toBe(
    '<s>:0 Ġthe:0 Ġdog:0 Ċ:0 Ġthe:0 Ġbuffer:0 Ċ:0 Ġthe:0 Ġdata:0 </s>:0',
  )
})

it('marks words of the other side: stop words 0, stems 1 or 2, equal words 3 or 4, by segment', () => {
  // idf of "the" 1.0, "buffer" 2.0, "document" 2.5
  const marked = spell({ ...bert, marks }, 'the buffers, documents', {
    title: 'Buffer',
    summary: 'the documents of',
  })
  expect(marked.replace(/\[overlap_\d\]/, 'overlap')).toBe(
    '[CLS]:15 overlap:16 the:0 buffer:1 ##s:1 ,:0 do:4 ##c:4 ##um:4 ##en:4 ##ts:4 [SEP]:15 buffer:6 [SEP]:15 the:10 do:14 ##c:14 ##um:14 ##en:14 ##ts:14 of:10 [SEP]:15',
  )
  expect(createPairEncoder(tokenizers.bert, { ...bert, marks }).typeVocabSize).toBe(17)
  expect(spell({ ...llama, marks }, 'buffer', { summary: 'buffer' })).toMatch(
    /^<s>:15 .*buffer:3 .*Ċ:15 .*<overlap_\d>:16 <\/s>:15$/,
  )
})

it('puts the overlap into a bucket', () => {
  const encoder = createPairEncoder(tokenizers.bert, { ...bert, marks })
  for (const [query, summary] of [
    ['dog', 'cat'],
    ['buffer', 'a buffer overflow'],
    ['buffer overflow program data', 'buffer overflow program data'],
  ] as const) {
    const { overlap, ids } = encoder.encode(query, { summary })
    expect(tokenizers.bert.tokenOf(ids[1]!)).toBe(`[overlap_${Math.min(3, Math.floor(overlap / 2))}]`)
  }
  expect(encoder.encode('dog', { summary: 'cat' }).overlap).toBe(0)
  expect(createPairEncoder(tokenizers.bert, bert).encode('dog', { summary: 'dog' }).overlap).toBe(0)
})

const text = fc.oneof(
  fc
    .array(fc.constantFrom(...corpus.join(' ').split(' ')), { maxLength: 40 })
    .map((words) => words.join(' ')),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)
it.each([bert, llama, { ...bert, marks }, { ...llama, marks }])(
  'keeps its promises for all texts: %#',
  (encoding) => {
    const tokenizer = tokenizers[encoding.form]
    // the models that are trained here read white space as single spaces
    const idsOf = (text: string) => tokenizer.encode(singleSpaced(text))
    const encoder = createPairEncoder(tokenizer, encoding)
    fc.assert(
      fc.property(text, text, text, (query, title, summary) => {
        const { ids, typeIds, tokens, documentStart } = encoder.encode(query, { title, summary })
        expect(ids).toHaveLength(tokens)
        expect(typeIds).toHaveLength(tokens)
        expect(tokens).toBeLessThanOrEqual(encoding.maxLength)
        expect(Math.max(...typeIds)).toBeLessThan(encoder.typeVocabSize)
        // the query is cut to maxQuery alone, here where title and summary can give enough
        const asked = idsOf(query).slice(0, encoding.maxQuery)
        const start = encoding.form === 'bert' && encoding.marks ? 2 : 1
        expect([...ids.slice(start, start + asked.length)]).toEqual(asked)
        expect(documentStart).toBe(start + asked.length + 1)
        // what follows begins as the document does
        const first = idsOf(title)[0] ?? idsOf(summary)[0]
        if (first !== undefined) expect(ids[documentStart]).toBe(first)
        // nothing is cut without need
        const wanted = [
          [title, encoding.maxTitle],
          [summary, encoding.maxSummary],
        ] as const
        const whole = wanted.reduce(
          (sum, [part, limit]) => sum + Math.min(limit, idsOf(part).length),
          asked.length,
        )
        const fixed = tokens - start - asked.length
        if (tokens < encoding.maxLength) expect(fixed).toBeGreaterThanOrEqual(whole - asked.length)
        // and the same again, whatever came between
        expect(encoder.encode(query, { title, summary }).ids).toEqual(ids)
      }),
      { seed: 1, numRuns: 150 },
    )
  },
)

it.each([undefined, { name: 'en', synonyms: [['c++', 'node.js']] }, { name: 'zh' }, { name: 'ar' }])(
  'gives the overlap of words that were read before: %j',
  (analyzer) => {
    const encoder = createPairEncoder(tokenizers.bert, { ...bert, marks, ...(analyzer && { analyzer }) })
    fc.assert(
      fc.property(text, text, (query, summary) => {
        const stems = encoder.stems({ summary }).join(' ')
        const read = stems === '' ? 0 : encoder.overlap(query, stems)
        expect(read).toBe(encoder.encode(query, { summary }).overlap)
      }),
      { seed: 1, numRuns: 150 },
    )
  },
)

it('tells two words with one print apart', () => {
  const encoder = createPairEncoder(tokenizers.bert, { ...bert, marks })
  expect(encoder.overlap('liquid', 'a liquid')).toBeGreaterThan(0)
  // the same FNV-1a
  expect(encoder.overlap('liquid', 'a costarring')).toBe(0)
})

it('reads no more of a text than it can use', () => {
  let longest = 0
  const chunks: Tokenizer['chunks'] = (text, ...rest) => {
    longest = Math.max(longest, text.length)
    return tokenizers.bert.chunks(text, ...rest)
  }
  const encoder = createPairEncoder({ ...tokenizers.bert, chunks }, { ...bert, marks })
  for (const unit of ['word ', 'w', ' ', '\n', '中', '🙂', 'a.b-c ']) {
    const summary = unit.repeat(5_000_000 / unit.length)
    expect(encoder.encode('buffer', { summary }).tokens).toBeLessThanOrEqual(40)
  }
  expect(longest).toBeGreaterThan(0)
  expect(longest).toBeLessThanOrEqual(charactersFor(lengths.maxSummary))
  // no half of a character
  expect(spell(bert, 'a', { summary: `${'🙂'.repeat(5000)}` })).toContain('[SEP]:1')
})

it('says what is wrong with an encoding', () => {
  const create = (change: object) => () =>
    createPairEncoder(tokenizers.bert, { ...bert, ...change } as Encoding)
  expect(create({ maxLength: 10 })).toThrow('leaves no room')
  expect(create({ maxQuery: 0 })).toThrow('encoding.maxQuery is 0')
  expect(create({ marks: { ...marks, bucketWidth: 0 } })).toThrow('marks.bucketWidth is 0')
  expect(create({ marks: { ...marks, idf: undefined } })).toThrow('marks.idf is missing')
  expect(create({ marks: { ...marks, buckets: 9 } })).toThrow('no token [overlap_4]')
  expect(create({ form: 'llama' })).toThrow('no token <s>')
})

it('gives what it remembers of documents as it was', () => {
  for (const encoding of [{ ...bert, marks }, llama]) {
    const plain = createPairEncoder(tokenizers[encoding.form], encoding)
    // the least forgets while it is used
    for (const memory of [200, 100_000]) {
      const remembering = createPairEncoder(tokenizers[encoding.form], encoding, memory)
      for (const query of ['the dog', 'buffer of data'])
        for (let round = 0; round < 2; round++)
          for (const summary of corpus.slice(0, 30))
            for (const [title, most] of [
              ['', undefined],
              ['A buffer', 5],
            ] as const)
              expect(remembering.encode(query, { title, summary }, most)).toEqual(
                plain.encode(query, { title, summary }, most),
              )
    }
  }
})
