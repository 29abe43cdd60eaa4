// Requests for the benchmarks of the endpoint: real queries of the example's validation split, each with its best
// candidates.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Document, readPairs } from '@disranker/dataset'

export const DIST = fileURLToPath(new URL('../../apps/edge/dist', import.meta.url))

export interface ExampleRequest {
  readonly query: string
  readonly documents: readonly { readonly title: string; readonly summary: string }[]
}

/**
 * @param count requests
 * @param documents of each
 * @throws {Error} the example is not trained
 */
export function exampleRequests(count: number, documents: number): readonly ExampleRequest[] {
  const folder = fileURLToPath(new URL('../../packages/dataset/out/pairs', import.meta.url))
  if (!existsSync(DIST) || !existsSync(folder))
    throw new Error('There is no trained example yet. Run "npx turbo run train" first.')
  const pairs = readPairs(folder)
  return [...pairs.candidates('validation')]
    .filter(([, rows]) => rows.length >= documents)
    .slice(0, count)
    .map(([id, rows]) => ({
      query: pairs.queries.get(id)!.text,
      documents: rows.slice(0, documents).map(({ document }) => textOf(pairs.documents.get(document)!)),
    }))
}

const textOf = ({ title, summary }: Document) => ({ title, summary })

/** @param share 0.5 for the median, of values in any order */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
