// The score stage in a folder of the tiny corpus, and the test server's score of each candidate.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pairs, readPairs, readRun, SPLITS } from '@disranker/dataset'
import { textOf } from '@disranker/scorers'
import { scoreOf } from '@disranker/scorers/testing/scoring-server'
import type { Manifest } from '@disranker/stage'
import { type ScoreOptions, score, type TeacherRecipe } from '@disranker/teacher'
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest'
import { writeCorpus } from './corpus.ts'
import { makePairs } from './pipeline.ts'

export let home: string
export let pairs: Pairs

/** Makes the folder and its pairs before the tests of the file that calls it. */
export function useTeachers(): void {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'teachers-'))
    writeCorpus(join(home, 'in'))
    await makePairs(home)
    pairs = readPairs(join(home, 'pairs'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  beforeEach(() => {
    for (const name of ['score', 'score.tmp', 'score.before', 'brought'])
      rmSync(join(home, name), { recursive: true, force: true })
    mkdirSync(join(home, 'brought'))
  })
}

export const run = (
  teachers: readonly TeacherRecipe[],
  more: Partial<ScoreOptions> = {},
): Promise<Manifest> =>
  score({
    pairs: join(home, 'pairs'),
    stages: {},
    input: join(home, 'brought'),
    out: join(home, 'score'),
    recipe: { teachers, queriesPerShard: 20, tokensPerBatch: 1024, lexicalWeight: 'search' },
    ...more,
  })
/** The interface for progress during the work. */
export async function saidBy(work: () => Promise<unknown>): Promise<string> {
  const parts: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => parts.push(String(part)) > 0)
  await work().finally(() => write.mockRestore())
  return parts.join('')
}
export const bring = (name: string, content: string | Uint8Array) =>
  writeFileSync(join(home, 'brought', name), content)

/** Every candidate with its score from the server of the tests. */
export const wanted = () =>
  SPLITS.flatMap((split) =>
    [...pairs.candidates(split)].flatMap(([query, rows]) =>
      rows.map(({ document }) => {
        const text = pairs.queries.get(query)!.text
        return { query, document, text, score: scoreOf(text, textOf(pairs.documents.get(document)!)) }
      }),
    ),
  )

/** The result has each candidate once, in the order and at the distances of those scores. */
export function expectThose() {
  const all = wanted()
  const found = new Map<string, number>()
  for (const split of SPLITS)
    for (const [query, rows] of readRun(join(home, 'score', 'scores', `${split}.run`)))
      for (const { document, score } of rows) found.set(`${query} ${document}`, score)
  expect(found.size).toBe(all.length)
  // standardised: a line through all of them
  const [a, b] = [all[0]!, all.find(({ score }) => score !== all[0]!.score)!]
  const of = ({ query, document }: (typeof all)[number]) => found.get(`${query} ${document}`)!
  const slope = (of(b) - of(a)) / (b.score - a.score)
  expect(slope).toBeGreaterThan(0)
  for (const one of all) expect(of(one)).toBeCloseTo(of(a) + slope * (one.score - a.score), 6)
}
