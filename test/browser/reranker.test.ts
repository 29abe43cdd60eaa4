// The reranker in a browser: the same bundle gives the scores it gives in Node.
import { fileURLToPath } from 'node:url'
import { loadReranker } from '@disranker/reranker'
import { expect, it } from 'vitest'
import { inEveryBrowser } from '../edge/in-every-browser.ts'
import { randomBundle } from '../edge/served-example.ts'
import { DOCUMENTS, QUERY } from '../packages/empty-project.ts'
import { rankInBrowser } from './rank-in-browser.ts'

inEveryBrowser('the reranker in a browser', (browser) => {
  it('scores as in Node', async () => {
    const bundle = randomBundle()
    const inNode = await loadReranker(bundle)
    const expected = await inNode.score(QUERY, DOCUMENTS)
    await inNode.dispose()
    const here = fileURLToPath(new URL('.', import.meta.url))
    const { scores, heap } = await rankInBrowser(browser(), here, bundle, QUERY, DOCUMENTS)
    expect(scores).toHaveLength(DOCUMENTS.length)
    for (const [index, score] of scores.entries()) expect(score).toBeCloseTo(expected[index]!, 5)
    expect(heap).toBeGreaterThan(0)
  })
})
