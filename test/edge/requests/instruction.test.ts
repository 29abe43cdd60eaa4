// Instructions, as clients of each API write them, with a bundle that names a form for them and with one that does not.
import { createApp } from '@disranker/edge'
import { sha256 } from '@disranker/reranker'
import { expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { randomBundle } from '../served/served-example.ts'

const query = EXAMPLE.queries[0]!.text.slice(0, 40)
const documents = EXAMPLE.documents.slice(0, 6).map(({ summary }) => summary)
const instruction = 'find the memory'

async function instructedBundle() {
  const bundle = randomBundle()
  const read = (name: string) => JSON.parse(new TextDecoder().decode(bundle[name]))
  const bytes = (content: unknown) => new TextEncoder().encode(JSON.stringify(content))
  const { disranker, ...config } = read('config.json')
  const form = { template: '{instruction}: {query}' }
  const changed = bytes({ ...config, disranker: { ...disranker, instruction: form } })
  const manifest = read('manifest.json')
  manifest.files['config.json'] = { bytes: changed.byteLength, sha256: await sha256(changed) }
  return { ...bundle, 'config.json': changed, 'manifest.json': bytes(manifest) }
}
const app = createApp({ bundle: instructedBundle, log: () => {} })
const without = createApp({ bundle: async () => randomBundle(), log: () => {} })

async function ask(path: string, body: object, server = app) {
  const answer = await server.request(path, { method: 'POST', body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() }
}
type Results = readonly { readonly index: number; readonly relevance_score: number }[]
const pairsOf = (results: Results) => results.map((one) => [one.index, one.relevance_score])

it('stands in the query as the bundle says, in every API, and cached scores of another one are not taken', async () => {
  const v2 = async (more: object) =>
    pairsOf((await ask('/v2/rerank', { model: 'disranker', query, documents, ...more })).body.results)
  const plain = await v2({})
  const wanted = await v2({ query: `${instruction}: ${query}` })
  expect(wanted).not.toEqual(plain)
  expect(await v2({ instruction })).toEqual(wanted)
  // the same pairs once more, whose scores are known now
  expect(await v2({ instruction, top_n: 3 })).toEqual(wanted.slice(0, 3))
  expect(await v2({ instruction: ' ' })).toEqual(plain)
  const vllm = await ask('/rerank', { query, documents, instruction })
  expect(pairsOf(vllm.body.results)).toEqual(wanted)
  const own = await ask('/api/v1/services/rerank/text-rerank/text-rerank', {
    model: 'disranker',
    input: { query, documents },
    parameters: { instruct: instruction },
  })
  expect(pairsOf(own.body.output.results)).toEqual(wanted)
  const flat = await ask('/compatible-api/v1/reranks', {
    ...{ model: 'disranker', query, documents, instruct: instruction },
  })
  expect(pairsOf(flat.body.results)).toEqual(wanted)
})

it('is refused where the model knows none, and where it is no text', async () => {
  const body = { model: 'disranker', query, documents, instruction }
  const refused = await ask('/v2/rerank', body, without)
  expect([refused.status, refused.body.message]).toEqual([
    400,
    'instruction: the model "disranker" was trained without instructions. Leave it out, or name a model that has them.',
  ])
  expect((await ask('/v2/rerank', { ...body, instruction: 7 })).status).toBe(400)
  expect((await ask('/v2/rerank', { ...body, instruction: 'x'.repeat(2_001) })).status).toBe(400)
})
