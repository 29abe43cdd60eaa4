import { readStaticTerm } from '@disranker/fused-encoder'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { describe, expect, it } from 'vitest'
import { openBundle } from '../bundle.ts'
import { tinyBundle } from '../fixtures/tiny-bundle.ts'
import { titled } from '../reading/reading.ts'
import { createWordsReader } from './document-words.ts'

const documents = [
  {
    title: 'Use after free',
    summary: 'A buffer of the kernel is used after it was freed, twice the buffer.',
  },
  'a plain text about a buffer overflow in a kernel',
  { summary: '' },
  '漢字 the naïve résumé',
]
const queries = ['buffer overflows', 'the kernel', 'nothing of it']

/** with a network and without one */
describe.each(['static-bundle', 'table-bundle'] as const)(
  'words that are read before a query, of %s',
  async (name) => {
    const opened = await openBundle(tinyBundle(name))
    const encoder = createPairEncoder(loadTokenizer(opened.tokenizer), opened.config.disranker.encoding)
    const most = () => opened.config.disranker.encoding.maxSummary
    const both = { lexical: true, table: true }

    it('give the overlap and the cosine that the pair gives', async () => {
      const words = await createWordsReader(opened, encoder, most, both)
      const term = readStaticTerm(opened.model, opened.data)!
      // the weight that the graph has
      const weight = opened.config.disranker.score!.wideWeight!
      let matched = 0
      for (const query of queries) {
        const compare = words.open(query)
        for (const document of documents) {
          const pair = encoder.encode(query, titled(document), most())
          const { overlap, cosine } = compare(words.read(document))
          expect(overlap).toBe(pair.overlap)
          // rounded to int8
          expect(cosine).toBeCloseTo(term(pair.ids, pair.typeIds) / weight, 2)
          if (overlap > 0) matched++
        }
      }
      expect(matched).toBeGreaterThan(2)
    })

    it('have another name where they would be others, and the same where they would not', async () => {
      const readerOf = async (config: object, counted = both) => {
        const { disranker } = opened.config
        const encoding = { ...disranker.encoding, ...config }
        const changed = { ...opened, config: { ...opened.config, disranker: { ...disranker, encoding } } }
        return (await createWordsReader(changed, encoder, most, counted)).reader
      }
      const { marks } = opened.config.disranker.encoding
      const same = [await readerOf({}), await readerOf({ marks: { ...marks, defaultIdf: 9 } })]
      expect(new Set(same).size).toBe(1)
      const others = [
        await readerOf({ analyzer: { name: 'de' } }),
        await readerOf({ maxTitle: 3 }),
        await readerOf({}, { lexical: true, table: false }),
      ]
      expect(new Set([...same, ...others]).size).toBe(4)
    })
  },
)
