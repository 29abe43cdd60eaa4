// Pairs of eight judged queries in each split, and rows whose figures can be computed by hand: folders like
// those of the stages.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { byScore, type Run, writeQrels, writeRun } from '@disranker/dataset'
import { type Role, writeRanked } from '@disranker/ranking'
import { runStage } from '@disranker/stage'
import { afterEach, beforeEach, vi } from 'vitest'
import type { EvaluateOptions } from '../src/evaluate.ts'
import type { Report } from '../src/report.ts'

export const ROWS = ['bag_of_words', 'teacher', 'student_labels', 'student', 'student_int8'] as const
const ROLES: Record<(typeof ROWS)[number], Role> = {
  bag_of_words: 'baseline',
  teacher: 'teacher',
  student_labels: 'labels',
  student: 'distilled',
  student_int8: 'served',
}
export const DOCUMENTS = ['d0', 'd1', 'd2', 'd3']
export const SPLITS = ['test', 'validation'] as const
const queriesOf = (split: string) => Array.from({ length: 8 }, (_, i) => `${split}-${i}`)
/** document i of query n has grade 3 if they are equal modulo 4; the next one has grade 1 */
export const grade = (query: string, document: string) => {
  const apart = (Number(document[1]) - Number(query.at(-1)) + 8) % 4
  return apart === 0 ? 3 : apart === 1 ? 1 : 0
}
/** scores that follow the grades of the first `right` queries, and the names of the documents in the others */
export const rank = (split: string, right: number, shift = 0): Run =>
  new Map(
    queriesOf(split).map((query, index) => [
      query,
      DOCUMENTS.map((document, i) => ({
        document,
        score: (index < right ? grade(query, document) : -i) + shift,
      })).sort(byScore),
    ]),
  )

let home = ''
/** options of `evaluate`, made again for each test */
export let options: EvaluateOptions
export const quiet = { start() {}, update() {}, stop() {}, say() {} }
export const at = (name: string) => join(home, name)

/** Writes a complete folder, as a stage does. */
export function leave(
  name: string,
  fill: (folder: string) => void,
  inputs: Record<string, string> = {},
  metrics = {},
) {
  return runStage({
    name,
    out: at(name),
    inputs,
    recipe: {},
    progress: quiet,
    async run({ folder }) {
      fill(folder)
      return metrics
    },
  })
}

interface Odd {
  readonly grades?: (query: string) => Map<string, number>
  readonly firstStage?: (run: Run, split: string) => Run
  readonly notices?: readonly string[]
  /** the graders of each split */
  readonly graders?: Readonly<Record<string, string>>
}
export const leavePairs = (simulatedClicks = true, judged: readonly string[] = SPLITS, odd: Odd = {}) =>
  leave(
    'pairs',
    (folder) => {
      const lines = SPLITS.flatMap((split) =>
        queriesOf(split).map((id) => JSON.stringify({ id, text: id, split })),
      )
      writeFileSync(join(folder, 'queries.jsonl'), lines.join('\n'))
      const documents = DOCUMENTS.map((id) => JSON.stringify({ id, title: id, summary: '' }))
      writeFileSync(join(folder, 'documents.jsonl'), documents.join('\n'))
      writeFileSync(join(folder, 'clicks.jsonl'), '')
      for (const split of ['train', 'validation', 'test', 'weak']) {
        const queries = judged.includes(split) ? queriesOf(split) : []
        const grades = (query: string) =>
          new Map(DOCUMENTS.map((document) => [document, grade(query, document)]))
        writeQrels(
          join(folder, `qrels.${split}.txt`),
          new Map(queries.map((query) => [query, (odd.grades ?? grades)(query)])),
        )
      }
      writeRun(join(folder, 'first-stage.train.run'), new Map(), 'bm25')
      for (const split of SPLITS) {
        const run = rank(split, 0)
        writeRun(join(folder, `first-stage.${split}.run`), odd.firstStage?.(run, split) ?? run, 'bm25')
      }
    },
    {},
    { simulatedClicks, notices: odd.notices ?? [], ...(odd.graders && { splits: { graders: odd.graders } }) },
  )

export const leaveRow = (row: (typeof ROWS)[number], right: number, shift = 0, more: object = {}) =>
  leave(
    row,
    (folder) => {
      mkdirSync(join(folder, 'runs'))
      writeRanked(folder, { row, role: ROLES[row], what: `the ${row}`, lexicalWeight: 0, ...more })
      for (const split of SPLITS)
        writeRun(join(folder, 'runs', `${split}.run`), rank(split, right, shift), row)
      writeFileSync(join(folder, 'curve.jsonl'), '{"step":1,"loss":2}\n{"step":2,"loss":1}\n')
    },
    { pairs: at('pairs') },
  )

export const readReport = () =>
  JSON.parse(readFileSync(join(at('evaluate'), 'report.json'), 'utf8')) as Report

/**
 * Makes the folders for each test of the calling file. Files share a process, so an import would do it for
 * the first one only.
 */
export function useJudgedRows(): void {
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'evaluate-'))
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    await leavePairs()
    const right = [8, 3, 5, 5, 5]
    for (const [i, row] of ROWS.entries()) await leaveRow(row, right[i]!, row === 'student_int8' ? 0.25 : 0)
    options = {
      pairs: at('pairs'),
      stages: Object.fromEntries(ROWS.map((row) => [row, at(row)])),
      out: at('evaluate'),
      recipe: { resampling: { samples: 256, seed: 1 }, teacherFromScratch: true },
    }
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(home, { recursive: true, force: true })
  })
}
