import { listRecords, type Pairs, type Query } from '@disranker/dataset'
import { expect, it } from 'vitest'
import { validationQuality } from './validation-quality.ts'

const ids = ['q0', 'q1', 'q2']
const pairs: Pairs = {
  documents: listRecords(['a', 'b'].map((id) => ({ id, title: id, summary: '' }))),
  queries: listRecords(ids.map((id): Query => ({ id, text: id, split: 'validation' }))),
  clicks: [],
  judgements: new Map(ids.map((id) => [id, new Map([['b', 1]])])),
  candidates: () => new Map(ids.map((id) => [id, ['a', 'b'].map((document) => ({ document, score: 1 }))])),
  firstStage: () => new Map(),
  close() {},
}

it('measures the first queries by the scores alone', async () => {
  const best = await validationQuality(pairs, 2, (items) =>
    items.map(({ document }) => Number(document.id === 'b')),
  )
  expect(best).toEqual({ quality: 2, ndcg10: 1, mrr10: 1 })
  const worst = await validationQuality(pairs, 2, (items) =>
    items.map(({ document }) => Number(document.id === 'a')),
  )
  // the right document is second: 1 / log2(3), and 1 / 2
  expect(worst.ndcg10).toBeCloseTo(0.6309, 4)
  expect(worst.mrr10).toBe(0.5)
})

it('lets events in between two queries, though the scorer never waits', async () => {
  let heard = false
  const whenAsked: boolean[] = []
  await validationQuality(pairs, 3, (items) => {
    if (whenAsked.length === 0)
      setImmediate(() => {
        heard = true
      })
    whenAsked.push(heard)
    return items.map(() => 1)
  })
  expect(whenAsked).toEqual([false, true, true])
})
