import { expect, it } from 'vitest'
import { judgedShares } from './splits.ts'

const counts = (queries: number) => {
  const { train, validation } = judgedShares(queries, false)
  const rounded = [train, validation, 1 - train - validation].map((share) => Math.round(share * queries))
  return rounded
}

it('leaves enough judged queries to choose and to measure on, however few there are', () => {
  expect(counts(30)).toEqual([12, 6, 12])
  expect(counts(100)).toEqual([40, 20, 40])
  expect(counts(200)).toEqual([140, 20, 40])
  expect(counts(400)).toEqual([320, 40, 40])
  expect(counts(5000)).toEqual([4000, 500, 500])
  expect(counts(0)).toEqual([0, 0, 0])
})

it('trains on none of them where there is a log', () => {
  expect(judgedShares(30, true)).toEqual({ train: 0, validation: 0.5 })
})
