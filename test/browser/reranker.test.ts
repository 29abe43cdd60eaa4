// The reranker in a browser: the same bundle gives the scores it gives in Node, with a network and without one.
import { fileURLToPath } from 'node:url'
import { type Bundle, loadReranker } from '@disranker/reranker'
import { expect, it } from 'vitest'
import { randomBundle } from '../edge/served/served-example.ts'
import { tableBundle } from '../edge/served/table-bundle.ts'
import { DOCUMENTS, QUERY } from '../packages/empty-project.ts'
import { inEveryBrowser } from './in-every-browser.ts'
import { rankInBrowser } from './rank-in-browser.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

inEveryBrowser('the reranker in a browser', (browser) => {
  it.each([
    ['with a network', randomBundle],
    ['without one', tableBundle],
  ])('scores as in Node, %s', async (_name, make) => {
    const bundle = make()
    const expected = await scoresInNode(bundle)
    const { scores, heap } = await rankInBrowser(browser(), here, bundle, QUERY, DOCUMENTS)
    expect(scores).toHaveLength(DOCUMENTS.length)
    for (const [index, score] of scores.entries()) expect(score).toBeCloseTo(expected[index]!, 5)
    expect(heap).toBeGreaterThan(0)
  })

  it('gives the same bits as Node where activations have seven bits', async () => {
    const bundle = randomBundle(1, 'seven bits')
    const { scores } = await rankInBrowser(browser(), here, bundle, QUERY, DOCUMENTS)
    expect(scores).toEqual(await scoresInNode(bundle))
  })
})

async function scoresInNode(bundle: Bundle): Promise<number[]> {
  const reranker = await loadReranker(bundle)
  const scores = await reranker.score(QUERY, DOCUMENTS)
  await reranker.dispose()
  return [...scores]
}
