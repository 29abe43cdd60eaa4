// Requests for the benchmarks of the endpoint: real queries of the validation split, each with its best candidates. Where the data
// are not the example's, lists may be shorter and queries fewer: lists are filled up with other documents, queries come again.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Document, readPairs } from '@disranker/dataset'

export const DIST = fileURLToPath(new URL('../../../apps/edge/dist', import.meta.url))

export interface ExampleRequest {
  readonly query: string
  readonly documents: readonly { readonly title: string; readonly summary: string }[]
}

/**
 * @param count requests
 * @param documents of each
 * @throws {Error} nothing is trained, or there is no query
 */
export function exampleRequests(count: number, documents: number): readonly ExampleRequest[] {
  const folder = fileURLToPath(new URL('../../../packages/dataset/out/pairs', import.meta.url))
  if (!existsSync(DIST) || !existsSync(folder))
    throw new Error('There is no trained example yet. Run "npx turbo run train" first.')
  const pairs = readPairs(folder)
  const lists = (['validation', 'train'] as const).flatMap((split) => [...pairs.candidates(split)])
  const isLong = ([, rows]: (typeof lists)[number]) => rows.length >= documents
  const all = [...lists.filter(isLong), ...lists.filter((list) => !isLong(list))].slice(0, count)
  if (all.length === 0)
    throw new Error(`${folder} has no query with candidates. Train on data with judged queries.`)
  const others = [...pairs.documents]
  return Array.from({ length: count }, (_, at) => {
    const [id, rows] = all[at % all.length]!
    const found = rows.map(({ document }) => pairs.documents.get(document)!)
    for (let next = 0; found.length < documents; next++) found.push(others[next % others.length]!)
    return { query: pairs.queries.get(id)!.text, documents: found.slice(0, documents).map(textOf) }
  })
}

const textOf = ({ title, summary }: Document) => ({ title, summary })

/** @param share 0.5 for the median, of values in any order */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
