import { Tokenizer as Library } from '@huggingface/tokenizers'
import { expect, it } from 'vitest'
import { corpus } from '../../testing/corpus.ts'
import { createPairEncoder } from '../pairs/pair-encoder.ts'
import { bertSpecialTokens, llamaSpecialTokens } from '../special-tokens.ts'
import { loadTokenizer } from '../tokenizer.ts'
import { trainBytePairs } from '../train/train-byte-pairs.ts'
import { trainWordPiece } from '../train/train-word-piece.ts'

const json = trainWordPiece(corpus, { vocabSize: 400, minFrequency: 2, specialTokens: bertSpecialTokens() })
const bytePairs = trainBytePairs(corpus, {
  vocabSize: 420,
  minFrequency: 2,
  specialTokens: llamaSpecialTokens(),
})

it.each([
  ['letters', 'abcdefghij'.repeat(50)],
  ['accents only', `a${'\u0301'.repeat(300)}`],
  ['accents on letters', 'e\u0301'.repeat(150)],
  ['characters of two code units', '𝒳'.repeat(101)],
  ['just short enough', 'x'.repeat(100)],
  ['just too long', 'x'.repeat(101)],
  ['signs that normalising makes', `${'x'.repeat(150)}≠${'y'.repeat(150)}`],
  ['no characters at all', '\u200b'.repeat(300)],
  ['words of others', `of ${'x'.repeat(400)} the, ${'\u2603'.repeat(400)}!`],
])('%s: the ids are those of the library', (_, text) => {
  const library = new Library({ ...json, added_tokens: [] } as never, {})
  const { ids } = library.encode(text, { add_special_tokens: false })
  expect(loadTokenizer(JSON.stringify(json)).encode(text)).toEqual(ids)
})

it('tokenising costs as much as the text is long, whatever it is made of', () => {
  // a square of 64,000 characters would take seconds, of accents minutes
  const long = 64_000
  const of = (part: string) => part.repeat(long / part.length)
  const hostile = {
    'unknown signs': of('☃,'),
    'no spaces': of('abcdefghij'),
    'accents that have to be sorted': `a${of('\u0301\u0323')}`,
    signs: of('!?.,'),
    'one word of megabytes': 'x'.repeat(2_000_000),
    'white space': ' '.repeat(2_000_000),
    'unequal signs': of('≠'),
  }
  for (const vocabulary of [json, bytePairs]) {
    const form = vocabulary === json ? 'bert' : 'llama'
    const encoding = { form, maxLength: 5000, maxQuery: 20, maxTitle: 14, maxSummary: 4000 } as const
    for (const [name, text] of Object.entries(hostile)) {
      const { encode } = createPairEncoder(loadTokenizer(JSON.stringify(vocabulary)), encoding)
      const before = process.cpuUsage()
      encode('a buffer', { summary: text })
      const { user } = process.cpuUsage(before)
      expect(`${name}, ${form}: ${user < 2e6 ? 'quick' : user}`).toBe(`${name}, ${form}: quick`)
    }
  }
})
