import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRecords, type Pairs, type Query, type Run } from '@disranker/dataset'
import { InputError, plainProgress, runStage, type Work } from '@disranker/stage'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readScores, scoreSplits, writeScores } from './scores-folder.ts'

const split = new Map([
  ['t', 'train'],
  ['v', 'validation'],
  ['e', 'test'],
  ['w', 'weak'],
] as const)
const candidates = ['a', 'bb', 'ccc'].map((document, i) => ({ document, score: 9 - i }))
const pairs: Pairs = {
  documents: listRecords(['a', 'bb', 'ccc'].map((id) => ({ id, title: id, summary: '' }))),
  queries: listRecords([...split].map(([id, split]): Query => ({ id, text: id, split }))),
  clicks: [],
  judgements: new Map(),
  candidates: (wanted) =>
    new Map([...split].flatMap(([id, split]) => (split === wanted ? [[id, candidates] as const] : []))),
  firstStage: () => new Map(),
  close() {},
}

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'scores-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const leave = (write: (work: Work) => Promise<void>) =>
  runStage({
    name: 'leaves',
    out: join(home, 'leaves'),
    inputs: {},
    recipe: {},
    progress: plainProgress(() => {}),
    async run(work) {
      await write(work)
      return {}
    },
  })
const length = (items: readonly { document: { id: string } }[]) =>
  items.map(({ document }) => document.id.length)

it('hands every candidate of every split from one stage to another', async () => {
  await leave(async (work) =>
    writeScores(work.folder, await scoreSplits({ name: 'length', pairs, work, score: length }), 'length'),
  )
  const scores = readScores(join(home, 'leaves'), pairs)
  for (const [id, of] of split)
    expect(scores[of].get(id)).toEqual(
      [...candidates].reverse().map(({ document }) => ({ document, score: document.length })),
    )
})

it('names and counts the candidates without a score', async () => {
  await leave(async (work) => {
    const { train, ...rest } = await scoreSplits({ name: 'length', pairs, work, score: length })
    const short: Run = new Map([...train].map(([id, rows]) => [id, rows.slice(1)]))
    writeScores(work.folder, { ...rest, train: short }, 'length')
  })
  expect(() => readScores(join(home, 'leaves'), pairs)).toThrow(
    /no score for 1 of 12 candidates: query t and document ccc \(train\)\. .* Run `npx turbo run leaves` again/,
  )
})

it('says that a stage leaves no scores', async () => {
  await leave(async () => {})
  expect(existsSync(join(home, 'leaves', 'scores'))).toBe(false)
  expect(() => readScores(join(home, 'leaves'), pairs)).toThrow(InputError)
  expect(() => readScores(join(home, 'leaves'), pairs)).toThrow(/leaves leaves no scores/)
})
