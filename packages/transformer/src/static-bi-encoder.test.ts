import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  createStaticScore,
  readStaticBiEncoder,
  type StaticBiEncoder,
  writeStaticBiEncoder,
} from './static-bi-encoder.ts'

const channel: StaticBiEncoder = {
  features: 2,
  types: { query: [0, 1], document: [2] },
  // rows of the ids 0 .. 3
  table: Float32Array.of(0, 0, 3, 0, 0, 4, 1, 1),
}

it('is the cosine between the sums of the rows of either side', () => {
  const score = createStaticScore(channel)
  // query: 1 + 2 = (3, 4); document: 3 + 3 = (2, 2); the token of type 7 takes no part
  const cosine = (3 * 2 + 4 * 2) / (5 * Math.sqrt(8))
  expect(score({ ids: [1, 2, 2, 3, 3], typeIds: [0, 1, 7, 2, 2] })).toBeCloseTo(cosine, 12)
  expect(score({ ids: [1, 2], typeIds: [0, 2] })).toBe(0)
})

it('is 0 where a side has no row', () => {
  const score = createStaticScore(channel)
  expect(score({ ids: [1], typeIds: [0] })).toBe(0)
  expect(score({ ids: [1, 0], typeIds: [0, 2] })).toBe(0)
  expect(score({ ids: [], typeIds: [] })).toBe(0)
})

it('refuses a token that it has no row for', () => {
  expect(() => createStaticScore(channel)({ ids: [4], typeIds: [0] })).toThrow(/Token 0 is 4.*4 rows/)
})

it('comes back from a folder, and says what is missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wide-'))
  const { features, types, table } = channel
  const config = { disranker: { wide: { features, types } } }
  expect(() => readStaticBiEncoder(folder, config)).toThrow(/has no wide.safetensors/)
  writeStaticBiEncoder(folder, channel)
  expect(readStaticBiEncoder(folder, config)).toEqual({ features, types, table })
  expect(readStaticBiEncoder(folder, {})).toBeUndefined()
  expect(() => readStaticBiEncoder(folder, { disranker: { wide: { features: 3, types } } })).toThrow(
    /rows of 2 features; config.json wants 3/,
  )
  rmSync(folder, { recursive: true })
})
