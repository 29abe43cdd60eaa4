import { openBackend, packBags, seededBy } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { principalDirections } from './principal-directions.ts'
import { createTableNetwork } from './table-network.ts'
import { fitStart } from './table-start.ts'

beforeAll(() => openBackend('cpu'))

const WIDTH = 6
const VOCABULARY = 30
const UNSEEN = VOCABULARY - 1
const rarity = Float32Array.from({ length: VOCABULARY }, (_, id) => 1 + (id % 4))
const random = seededBy(1, 'texts')
const meaning = Float32Array.from({ length: VOCABULARY * WIDTH }, () => random.normal())
const texts = Array.from({ length: 120 }, () => Array.from({ length: 8 }, () => random.integer(UNSEEN)))

/** a teacher that a table can learn whole: a text's vector is the sum of its tokens' */
const vectorsOf = (ids: readonly (readonly number[])[]) => {
  const vectors = new Float32Array(ids.length * WIDTH)
  for (const [row, text] of ids.entries())
    for (const id of text)
      for (let at = 0; at < WIDTH; at++) vectors[row * WIDTH + at]! += rarity[id]! * meaning[id * WIDTH + at]!
  return vectors
}
const taught = (ids: readonly (readonly number[])[]) => ({ ids, vectors: vectorsOf(ids) })

const cosine = (one: Float32Array, other: Float32Array) => {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other))
}

it('finds the directions in which vectors differ, the first the widest', () => {
  const rows = Float32Array.from([3, 4, 0, -3, -4, 0, 0.4, -0.3, 0, -0.4, 0.3, 0])
  const directions = principalDirections([rows], 3, 3)
  const close = (numbers: readonly number[]) => numbers.map((x) => expect.closeTo(x, 4))
  expect(Array.from(directions.subarray(0, 3), Math.abs)).toEqual(close([0.6, 0.8, 0]))
  expect(Array.from(directions.subarray(3, 6), Math.abs)).toEqual(close([0.8, 0.6, 0]))
  // there is no third one
  expect([...directions.subarray(6)]).toEqual([0, 0, 0])
})

it('tells texts apart as the teacher does before a step of training', () => {
  const [documents, queries] = [texts.slice(0, 80), texts.slice(80, 110)]
  const start = fitStart([taught(documents), taught(queries)], WIDTH, rarity, WIDTH)
  const network = createTableNetwork(rarity, start)
  const held = texts.slice(110)
  const scores = tf.tidy(() => network.score(packBags(held), packBags(documents)).arraySync())
  const [all, asked] = [vectorsOf(documents), vectorsOf(held)]
  const row = (matrix: Float32Array, at: number) => matrix.subarray(at * WIDTH, (at + 1) * WIDTH)
  const agreements = held.map((_, query) => {
    const wanted = Float32Array.from(documents, (_, at) => cosine(row(asked, query), row(all, at)))
    const got = Float32Array.from(scores[query]!)
    const centre = (values: Float32Array) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return values.map((value) => value - mean)
    }
    return cosine(centre(wanted), centre(got))
  })
  expect(agreements.reduce((sum, value) => sum + value, 0) / held.length).toBeGreaterThan(0.8)
  network.dispose()
})

it('has nothing to say of a token that no text has, and is the same every time', () => {
  const kinds = [taught(texts)]
  const start = fitStart(kinds, WIDTH, rarity, 4)
  expect([...start.subarray(UNSEEN * 4)]).toEqual([0, 0, 0, 0])
  const told = start.subarray(0, UNSEEN * 4)
  expect(told.reduce((sum, value) => sum + value * value, 0) / told.length).toBeCloseTo(1, 4)
  expect(fitStart(kinds, WIDTH, rarity, 4)).toEqual(start)
})
