import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createModelPool } from './model-pool.ts'
import { type ModelSource, oneModel } from './model-source.ts'

const folder = new URL('../../../../packages/reranker/src/fixtures/tiny-bundle/', import.meta.url)
const files = () =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, Uint8Array.from(readFileSync(new URL(name, folder)))]),
  )

/** How many of the files that a store gave are empty after a model was used, and how often it was loaded. */
async function emptied(store: ModelSource, given: () => readonly Uint8Array[]) {
  const pool = createModelPool(store)
  const model = await pool.find(undefined)
  const scores = await pool.use(model, (reranker) => reranker.score('memory', ['freed memory', 'a hash']))
  expect(scores).toHaveLength(2)
  return given().filter(({ byteLength }) => byteLength === 0).length
}

// Node 20 cannot free them
it.skipIf(!('transfer' in ArrayBuffer.prototype))(
  'frees the files of a store that makes them anew, once the model is loaded',
  async () => {
    const { index } = oneModel('m', async () => files())
    const given: Uint8Array[] = []
    const file = async (_: unknown, name: string) => {
      const bytes = files()[name]!
      given.push(bytes)
      return bytes
    }
    expect(await emptied({ index, file, fresh: true }, () => given)).toBeGreaterThanOrEqual(5)
  },
)

it('leaves the files of a store that keeps them', async () => {
  const kept = files()
  const store = oneModel('m', async () => kept)
  for (let load = 0; load < 2; load++) expect(await emptied(store, () => Object.values(kept))).toBe(0)
})
