// Groups of documents with the teacher's scores, standardised over all scored pairs so that one learning rate fits any
// teacher: a student's logits start near 0 with a spread of about 1.
import { join } from 'node:path'
import { type Document, type Pairs, type Run, readRun, type Scored } from '@disranker/dataset'
import { InputError } from '@disranker/stage'
import type { Random } from '@disranker/transformer'
import type { Lesson } from './train-student.ts'

interface Source {
  readonly query: string
  readonly rows: readonly Scored[]
  /** the judged best, which every group holds: without it most groups are all bad */
  readonly best: number
}

/**
 * Prepares to draw groups of `size` documents from the teacher's runs.
 * @throws {InputError} when the teacher scored no train query
 */
export function createTeacherGroups(
  pairs: Pairs,
  scores: string,
  { size, weakShare }: { readonly size: number; readonly weakShare: number },
): { draw(random: Random): Lesson; readonly mean: number; readonly deviation: number } {
  const documents = new Map(pairs.documents.map((document) => [document.id, document]))
  const queries = new Map(pairs.queries.map((query) => [query.id, query.text]))
  const read = (split: 'train' | 'weak') => readRun(join(scores, 'runs', `${split}.run`))
  const sources = (run: Run) =>
    [...run].map(([id, rows]): Source => {
      const grades = pairs.judgements.get(id)
      const grade = ({ document }: Scored) => grades?.get(document) ?? 0
      const best = rows.reduce((top, row, index) => (grade(row) > grade(rows[top]!) ? index : top), 0)
      return { query: queries.get(id)!, rows, best }
    })
  const [train, weak] = [sources(read('train')), sources(read('weak'))]
  if (train.length === 0)
    throw new InputError(`${scores} holds no scored train query. Run \`npx turbo run score\` again.`)
  const { mean, deviation } = moments(
    [...train, ...weak].flatMap(({ rows }) => rows.map(({ score }) => score)),
  )
  const toLesson = ({ query, rows }: Source, chosen: readonly number[]): Lesson => ({
    query,
    documents: chosen.map((index): Document => documents.get(rows[index]!.document)!),
    targets: chosen.map((index) => (rows[index]!.score - mean) / deviation),
  })
  return {
    mean,
    deviation,
    draw(random) {
      const source = random.pick(weak.length > 0 && random.uniform() < weakShare ? weak : train)
      const others = random.shuffle(
        source.rows.map((_, index) => index).filter((index) => index !== source.best),
      )
      return toLesson(source, [source.best, ...others.slice(0, size - 1)])
    },
  }
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) || 1 }
}
