// What the river learns from, in the files that other trainers read, so that a teacher of any size trains where it fits and comes
// back as a checkpoint (`from`, `crossEncoder`, `biEncoder`) or as scores (`file`).
//   sentence-transformers   pairs.jsonl     query, passage, score     MSELoss, or MarginMSELoss over two of them
//                           groups.jsonl    query, docs, labels       ListNetLoss, RankNetLoss, LambdaLoss on teacher scores
//                           graded.jsonl    the same with grades
//   flagembedding           <split>.jsonl   query, pos, neg, pos_scores, neg_scores
//   trl                     <split>.jsonl   prompt, completion: continued pre-training on clicked pairs
// Splits are folders, or files where a format has one; test is not exported: nothing may learn from it.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, type Pairs, readPairs, type Scored, type Split } from '@disranker/dataset'
import { readScores, type Scores } from '@disranker/ranking'
import { textOf } from '@disranker/scorers'
import { InputError, writeWholeFile } from '@disranker/stage'

export const FORMATS = ['sentence-transformers', 'flagembedding', 'trl'] as const
export type Format = (typeof FORMATS)[number]

export interface ExportOptions {
  readonly to: Format
  /** folder of the pairs stage */
  readonly pairs: string
  /** folder of the score stage; without it only what needs no teacher is written */
  readonly scores?: string
  /** a folder that is empty or not there */
  readonly out: string
}

/** weak and train queries are one: both are learned from */
const SETS: Readonly<Record<string, readonly Split[]>> = {
  train: ['train', 'weak'],
  validation: ['validation'],
}

/**
 * Writes the files of a format.
 * @returns lines by file
 * @throws {InputError} when `out` holds something, or the format needs scores and there are none
 */
export function exportTo({ to, pairs: folder, scores: scored, out }: ExportOptions): Record<string, number> {
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new InputError(`${out} is not empty. Name another folder with --out, or remove it.`)
  const pairs = readPairs(folder)
  const scores = scored === undefined ? undefined : readScores(scored, pairs)
  const counts: Record<string, number> = {}
  for (const [set, splits] of Object.entries(SETS))
    for (const [file, rows] of Object.entries(filesOf(to, set, splits, pairs, scores))) {
      mkdirSync(join(out, file, '..'), { recursive: true })
      counts[file] = 0
      writeWholeFile(
        join(out, file),
        lines(rows, () => counts[file]!++),
      )
    }
  pairs.close()
  return counts
}

function filesOf(
  to: Format,
  set: string,
  splits: readonly Split[],
  pairs: Pairs,
  scores: Scores | undefined,
): Record<string, Iterable<object>> {
  if (to === 'trl') return { [`${set}.jsonl`]: completions(splits, pairs) }
  if (to === 'flagembedding') return { [`${set}.jsonl`]: positives(splits, pairs, scores) }
  return {
    ...(scores && {
      [`${set}/pairs.jsonl`]: eachPair(splits, pairs, scores),
      [`${set}/groups.jsonl`]: eachGroup(splits, pairs, scores),
    }),
    [`${set}/graded.jsonl`]: graded(splits, pairs),
  }
}

function* lines(rows: Iterable<object>, count: () => void): Generator<Uint8Array> {
  for (const row of rows) {
    count()
    yield Buffer.from(`${JSON.stringify(row)}\n`)
  }
}

interface Candidates {
  readonly query: string
  readonly documents: readonly Document[]
  /** the teachers' scores, where there are some */
  readonly scores: readonly number[]
  readonly grades: readonly number[]
}

/** Queries with their candidates, best first by the teacher or the first stage. */
function* candidatesOf(
  splits: readonly Split[],
  pairs: Pairs,
  scores: Scores | undefined,
): Generator<Candidates> {
  for (const split of splits)
    for (const [id, rows] of (scores?.[split] ?? pairs.candidates(split)) as Iterable<
      readonly [string, readonly Scored[]]
    >) {
      const grades = pairs.judgements.get(id)
      yield {
        query: pairs.queries.get(id)!.text,
        documents: rows.map(({ document }) => pairs.documents.get(document)!),
        scores: scores === undefined ? [] : rows.map(({ score }) => score),
        grades: rows.map(({ document }) => grades?.get(document) ?? 0),
      }
    }
}

function* eachPair(splits: readonly Split[], pairs: Pairs, scores: Scores) {
  for (const group of candidatesOf(splits, pairs, scores))
    for (const [at, document] of group.documents.entries())
      yield { query: group.query, passage: textOf(document), score: group.scores[at]! }
}

function* eachGroup(splits: readonly Split[], pairs: Pairs, scores: Scores) {
  for (const { query, documents, scores: labels } of candidatesOf(splits, pairs, scores))
    if (documents.length > 1) yield { query, docs: documents.map(textOf), labels }
}

/** Groups in which some document is better than another. */
function* graded(splits: readonly Split[], pairs: Pairs) {
  for (const { query, documents, grades } of candidatesOf(splits, pairs, undefined))
    if (new Set(grades).size > 1) yield { query, docs: documents.map(textOf), labels: grades }
}

/**
 * FlagEmbedding's lines: `pos` are the documents of the query's highest grade, or the teacher's first where none is graded;
 * `neg` are all that are worth less.
 */
function* positives(splits: readonly Split[], pairs: Pairs, scores: Scores | undefined) {
  for (const { query, documents, scores: of, grades } of candidatesOf(splits, pairs, scores)) {
    const top = Math.max(...grades)
    const isGood = (at: number) => (top > 0 ? grades[at] === top : at === 0 && scores !== undefined)
    const at = documents.map((_, index) => index)
    const [pos, neg] = [at.filter(isGood), at.filter((index) => !isGood(index))]
    if (pos.length === 0 || neg.length === 0) continue
    yield {
      query,
      pos: pos.map((index) => textOf(documents[index]!)),
      neg: neg.map((index) => textOf(documents[index]!)),
      ...(scores && { pos_scores: pos.map((index) => of[index]), neg_scores: neg.map((index) => of[index]) }),
    }
  }
}

/** Clicked pairs, and weak queries with their document: what `cpt` reads. Validation: the documents of the highest grade. */
function* completions(splits: readonly Split[], pairs: Pairs) {
  const one = (query: string, document: string) => ({
    prompt: `${pairs.queries.get(query)!.text}\n`,
    completion: textOf(pairs.documents.get(document)!),
  })
  if (splits.includes('train')) for (const { query, document } of pairs.clicks) yield one(query, document)
  for (const { id, split } of pairs.queries) {
    if (split === 'train' || !splits.includes(split)) continue
    const [best] = [...(pairs.judgements.get(id) ?? [])].sort(([, a], [, b]) => b - a)
    if (best !== undefined && best[1] > 0) yield one(id, best[0])
  }
}
