// The bundle without a network of the reranker's own tests, of random rows.
import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../../../packages/reranker/src/fixtures/table-bundle/', import.meta.url)

export const tableBundle = (): Record<string, Uint8Array> =>
  Object.fromEntries(
    readdirSync(FOLDER).map((name) => [name, new Uint8Array(readFileSync(new URL(name, FOLDER)))]),
  )
