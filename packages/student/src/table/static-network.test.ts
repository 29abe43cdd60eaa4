import { openBackend, packBags } from '@disranker/engine'
import { createStaticScore, STATIC_TABLE } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { createStaticNetwork } from './static-network.ts'

beforeAll(() => openBackend('cpu'))

const rarity = Float32Array.of(0, 1, 2, 3, 4)
const queries = [[1, 2], [3]]
const documents = [[2, 2, 4], [1, 3], []]

it('gives what the channel that is served gives, times its scale', () => {
  const network = createStaticNetwork(rarity, 3, 1)
  const scores = tf.tidy(() => network.score(packBags(queries), packBags(documents)).arraySync())
  const table = network.weights.get(STATIC_TABLE)!.dataSync<'float32'>().slice()
  const wide = createStaticScore({ features: 3, types: { query: [0], document: [1] }, table })
  for (const [row, query] of queries.entries())
    for (const [column, document] of documents.entries()) {
      const ids = [...query, ...document]
      const typeIds = ids.map((_, at) => (at < query.length ? 0 : 1))
      expect(scores[row]![column]).toBeCloseTo(15 * wide({ ids, typeIds }), 4)
    }
  // a text without tokens fits nothing, and does no harm
  expect(scores.map((row) => row[2])).toEqual([0, 0])
  network.dispose()
})
