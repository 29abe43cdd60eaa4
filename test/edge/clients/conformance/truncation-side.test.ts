// vLLM's truncation_side on a document that is longer than the model reads: the words of the side that is cut change nothing.
import { createApp } from '@disranker/edge'
import { expect, it } from 'vitest'
import { EXAMPLE } from '../../served/example-texts.ts'
import { randomBundle } from '../../served/served-example.ts'

const app = createApp({ bundle: async () => randomBundle() })
const words = EXAMPLE.documents.map(({ summary }) => summary).join(' ')
const document = (beginning: string, end: string) => `${beginning} ${words.slice(0, 8_000)} ${end}`

async function scores(documents: readonly string[], fields: object): Promise<readonly number[]> {
  const body = JSON.stringify({ query: 'a buffer overflow', documents, ...fields })
  const answer = await app.request('/rerank', { method: 'POST', body })
  expect(answer.status).toBe(200)
  const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] }
  return results.toSorted((a, b) => a.index - b.index).map(({ relevance_score }) => relevance_score)
}

const documents = [
  document('a lock', 'kernel'),
  document('buffer overflow', 'kernel'),
  document('a lock', 'overflow'),
]

it.each([
  ['left', true, false],
  ['right', false, true],
])('%s', async (side, sameBeginning, sameEnd) => {
  const [plain, beginning, end] = await scores(documents, { truncation_side: side })
  expect([plain === beginning, plain === end]).toEqual([sameBeginning, sameEnd])
})
