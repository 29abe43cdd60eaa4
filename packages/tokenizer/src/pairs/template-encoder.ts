// Encodes pairs for a published model: no separate title, no exact-match token types, its own tokens around
// query and document.
import type { PairEncoder } from '../encoded-pair.ts'
import type { Encoding } from '../encoding.ts'
import { toTextPart } from '../text-part.ts'
import type { Tokenizer } from '../tokenizer.ts'
import { truncateLongestFirst } from './truncate.ts'

/** @param need returns the id of a token, or throws an error with its name */
export function createTemplateEncoder(
  tokenizer: Tokenizer,
  { template, cut, maxLength, maxQuery, maxTitle, maxSummary }: Encoding,
  need: (token: string) => number,
): PairEncoder {
  const { start, between, end, secondType } = template!
  const [first, middle, last] = [start, between, end].map((tokens) => tokens.map(need)) as [
    number[],
    number[],
    number[],
  ]
  const room = maxLength - first.length - middle.length - last.length
  let known: { query: string; ids: readonly number[] } | undefined
  const queryIds = (query: string) => {
    if (known?.query !== query)
      known = { query, ids: toTextPart(tokenizer, query, maxQuery).ids.slice(0, maxQuery) }
    return known.ids
  }
  return {
    typeVocabSize: secondType + 1,
    maxLength,
    room: () => room,
    stems: () => [],
    overlap: () => 0,
    encode(query, { title = '', summary = '' }) {
      const whole = queryIds(query).slice(0, room)
      const most = Math.min(maxTitle + maxSummary, cut ? room : room - whole.length)
      const text = [title, summary].filter((part) => part !== '').join(' ')
      const found = most < 1 ? [] : toTextPart(tokenizer, text, most).ids.slice(0, most)
      const lengths = cut && truncateLongestFirst(whole.length, found.length, room)
      const [asked, answer] = lengths
        ? [whole.slice(0, lengths[0]), found.slice(0, lengths[1])]
        : [whole, found]
      const ids = Int32Array.from([...first, ...asked, ...middle, ...answer, ...last])
      const documentStart = first.length + asked.length + middle.length
      return {
        ids,
        typeIds: new Int32Array(ids.length).fill(secondType, documentStart),
        overlap: 0,
        documentStart,
        tokens: ids.length,
      }
    },
  }
}
