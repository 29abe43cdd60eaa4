// The whole pipeline on what real logs hold: queries that match nothing, grades of 0 alone, binary grades, no judgements at
// all. It completes, and the report says what could not be counted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import type { Report } from '@disranker/metrics'
import { readBundle } from '@disranker/onnx'
import { findManifest } from '@disranker/stage'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { documents, queries, writeCorpus } from './tiny/corpus.ts'
import { finish, makePairs, train } from './tiny/pipeline.ts'

let home: string
beforeEach(async () => {
  await openBackend('wasm', {})
  home = mkdtempSync(join(tmpdir(), 'pipeline-'))
  writeCorpus(join(home, 'in'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const input = (name: string) => join(home, 'in', name)
const write = (name: string, lines: readonly string[]) =>
  writeFileSync(input(name), lines.map((line) => `${line}\n`).join(''))
const lines = (name: string) => readFileSync(input(name), 'utf8').trim().split('\n')

async function run(): Promise<Report> {
  await makePairs(home)
  await train(home)
  await finish(home)
  expect(Object.keys(readBundle(join(home, 'quantize', 'bundle')))).toContain('model.onnx')
  return JSON.parse(readFileSync(join(home, 'evaluate', 'report.json'), 'utf8'))
}

/** A page view of a query: four documents, of which one is clicked. */
const view = (query: string, session: string, day: number, clicked: string) =>
  [clicked, ...documents.slice(day, day + 3).map(({ id }) => id)].map((doc_id, position) =>
    JSON.stringify({
      timestamp: `2025-01-${String(day).padStart(2, '0')}T10:00:00Z`,
      session_id: session,
      query,
      doc_id,
      position: ((position + day) % 4) + 1,
      clicked: doc_id === clicked,
      dwell_ms: 40_000,
    }),
  )

it('a click log alone, with queries that match nothing and queries of one session', {
  timeout: 300_000,
}, async () => {
  for (const name of ['queries.jsonl', 'qrels.txt']) rmSync(input(name))
  const foreign = Array.from({ length: 40 }, (_, i) => `quux${i} zyzzy${i}`)
  write('clicks.jsonl', [
    ...queries.flatMap(({ id, text, judgements }, q) => {
      const best = [...judgements].find(([, grade]) => grade === 3)![0]
      return [1, 2, 3, 4, 5, 6, 7, 8].flatMap((day) =>
        view(text, `${id}-${day}`, ((day * 3 + q) % 24) + 1, best),
      )
    }),
    // asked often, clicked from somewhere else's list: the first stage finds nothing for them
    ...foreign.flatMap((text, i) =>
      [1, 2, 3, 4, 5, 6, 7, 8].flatMap((day) => view(text, `f${i}-${day}`, ((day * 3 + i) % 24) + 1, '000')),
    ),
    ...Array.from({ length: 20 }, (_, i) =>
      view(`one session ${i} red lamp`, `once-${i}`, i + 1, '001'),
    ).flat(),
  ])
  const report = await run()
  expect(report.test.queries).toBeGreaterThan(0)
  // the matching queries cannot all be in one split, nor can those that match nothing
  const lost = [...report.test.coverage.unmatched, ...(report.validation?.coverage.unmatched ?? [])]
  expect(lost.length).toBeGreaterThan(0)
  if (report.test.coverage.unmatched.length > 0)
    expect(report.sentences.join('\n')).toContain(
      'match no document in the first stage and count 0 in every row',
    )
  for (const row of Object.values(report.test.rows)) expect(Number.isFinite(row['ndcg@10'].value)).toBe(true)
})

it('binary grades, and judged queries with grades of 0 alone', { timeout: 300_000 }, async () => {
  const zero = queries.filter(({ split }) => split === 'test').slice(0, 2)
  const unmatched = { id: 'nothing', text: 'quux zyzzy', split: 'test' }
  write('queries.jsonl', [...lines('queries.jsonl'), JSON.stringify(unmatched)])
  write('qrels.txt', [
    ...lines('qrels.txt').map((line) => {
      const [query, zeroth, document, grade] = line.split(' ')
      const right = grade === '3' && !zero.some(({ id }) => id === query)
      return [query, zeroth, document, right ? 1 : 0].join(' ')
    }),
    'nothing 0 000 1',
  ])
  const { test, relevant, sentences } = await run()
  const said = sentences.join('\n')
  expect(test.queries).toBe(queries.filter(({ split }) => split === 'test').length - 2 + 1)
  expect([test.coverage.ungraded, test.coverage.unmatched]).toEqual([zero.map(({ id }) => id), ['nothing']])
  // grade 1 is the highest there is: it counts as right
  expect([relevant, test.withoutRelevant]).toEqual(['highest', 0])
  expect(test.rows.bm25!['mrr@10'].value).toBeGreaterThan(0.2)
  expect(said).toContain(
    `have grades of 0 alone and are left out of every mean: ${zero[0]!.id}, ${zero[1]!.id}.`,
  )
  expect(said).toContain('match no document in the first stage and count 0 in every row: nothing.')
  // said where an hour of training has not been spent yet
  expect(findManifest(join(home, 'pairs'))!.metrics.evaluable).toMatchObject({
    test: {
      ungraded: { queries: 2, some: zero.map(({ id }) => id) },
      unmatched: { queries: 1, some: ['nothing'] },
    },
  })
})

it('judgements without clicks', { timeout: 300_000 }, async () => {
  rmSync(input('clicks.jsonl'))
  const report = await run()
  expect(report.test.queries).toBe(queries.filter(({ split }) => split === 'test').length)
  expect(Object.keys(report.test.rows)).toContain('teacher')
})
