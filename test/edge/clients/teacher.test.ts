// Our own Worker as a teacher: the bundle that one team serves is what another distils from, by any of the APIs it speaks.
import { servedScorer } from '@disranker/scorers'
import { keepsTheContract, PAIRS } from '@disranker/scorers/testing/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bare, serveBare } from '../served/bare-workerd.ts'
import { exampleFolder } from '../served/served-example.ts'

let worker: Bare
let remove: () => void
beforeAll(async () => {
  const example = await exampleFolder()
  remove = example.remove
  worker = await serveBare({ dist: example.dist })
})
afterAll(async () => {
  await worker.close()
  remove()
})

const raw = { body: { raw_scores: true } }
const APIS = [
  ['tei', '/tei/rerank', {}],
  ['vllm-score', '/score', raw],
  ['vllm-rerank', '/rerank', raw],
  ['jina', '/v1/rerank', raw],
  ['cohere', '/v2/rerank', raw],
] as const
const open = (api: (typeof APIS)[number]) => {
  const [name, path, more] = api
  return servedScorer({ api: name, url: worker.url + path, model: 'disranker', ...more }, { environment: {} })
}

// a score of int8 depends on its batch by less than 1e-4
for (const api of APIS) keepsTheContract(`our Worker's ${api[1]}`, { open: () => open(api), tolerance: 1e-4 })

it('gives one score by every API', async () => {
  const [first, ...others] = await Promise.all(APIS.map((api) => open(api).score(PAIRS)))
  for (const scores of others)
    for (const [at, score] of [...(scores as number[])].entries())
      expect(Math.abs(score - first![at]!)).toBeLessThan(1e-4)
})
