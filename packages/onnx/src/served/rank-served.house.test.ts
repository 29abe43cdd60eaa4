import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRecords, type Pairs, type Run } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { plainProgress } from '@disranker/stage'
import { expect, it, vi } from 'vitest'
import { DOCUMENTS, tinyStudent } from '../../testing/tiny-student.ts'
import { buildBundle } from '../bundle.ts'
import { rankServed } from './rank-served.ts'

const documents = DOCUMENTS.map(({ title = '', summary = '' }, at) => ({ id: `d${at}`, title, summary }))
const QUERIES = Math.ceil(2000 / documents.length)
const queries = Array.from({ length: QUERIES }, (_, at) => ({
  id: `q${at}`,
  text: `${documents[at % documents.length]!.title} ${at % 3}`,
  split: 'test' as const,
}))
const pairs = { documents: listRecords(documents), queries: listRecords(queries) } as unknown as Pairs
/** the candidates of the first queries: all documents */
const candidates = (count: number): Run =>
  new Map(
    queries.slice(0, count).map(({ id }) => [id, documents.map(({ id }) => ({ document: id, score: 0 }))]),
  )

it('ranks many candidates in threads as it ranks few in its own', async () => {
  vi.stubEnv('DISRANKER_THREADS', '2')
  await openBackend('cpu')
  const bundle = buildBundle({ ...tinyStudent(), precision: 'fp32' })
  const rank = async (run: Run) => {
    const scratch = mkdtempSync(join(tmpdir(), 'rank-served-'))
    try {
      const work = { scratch, progress: plainProgress(() => {}), signal: new AbortController().signal }
      return new Map(await rankServed({ name: 'ranks', bundle, run, pairs, work }))
    } finally {
      rmSync(scratch, { recursive: true })
    }
  }
  const many = await rank(candidates(QUERIES))
  expect(many.size).toBe(QUERIES)
  const few = await rank(candidates(5))
  expect(few.size).toBe(5)
  for (const [id, rows] of few) expect(many.get(id)).toEqual(rows)
  vi.unstubAllEnvs()
})
