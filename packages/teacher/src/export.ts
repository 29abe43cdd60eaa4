// Exports the training data of the pipeline in the file formats of other trainers, so that a teacher of any
// size can be trained elsewhere and come back as a checkpoint (`from`, `crossEncoder`, `biEncoder`) or as
// scores (`file`).
//   sentence-transformers   pairs.jsonl     query, passage, score     MSELoss, or MarginMSELoss over two of them
//                           groups.jsonl    query, docs, labels       ListNetLoss, RankNetLoss, LambdaLoss on teacher scores
//                           graded.jsonl    the same with grades, of documents that were judged
//   flagembedding           <split>.jsonl   query, pos, neg, pos_scores, neg_scores
// A document without a judgement may be relevant. Groups that need such documents as negatives are in
// separate files (`-unlabelled`), and if a teacher scored them, those near a right one are left out.
//   trl                     <split>.jsonl   prompt, completion: continued pre-training on clicked pairs
// Splits are folders, or files if the format has one file a split. Test is not exported, because nothing may
// learn from it.
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
  /** folder of the score stage; without it only files that need no teacher are written */
  readonly scores?: string
  /** a folder that is empty or does not exist */
  readonly out: string
}

/** weak and train queries are merged: both are for training */
const SETS: Readonly<Record<string, readonly Split[]>> = {
  train: ['train', 'weak'],
  validation: ['validation'],
}

/**
 * Writes the files of a format.
 * @returns lines by file
 * @throws {InputError} when `out` is not empty, or the format needs scores and there are none
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
  if (to === 'flagembedding')
    return {
      [`${set}.jsonl`]: positives(splits, pairs, scores, 'judged'),
      [`${set}-unlabelled.jsonl`]: positives(splits, pairs, scores, 'unlabelled'),
    }
  return {
    ...(scores && {
      [`${set}/pairs.jsonl`]: eachPair(splits, pairs, scores),
      [`${set}/groups.jsonl`]: eachGroup(splits, pairs, scores),
    }),
    [`${set}/graded.jsonl`]: graded(splits, pairs, scores, 'judged'),
    [`${set}/graded-unlabelled.jsonl`]: graded(splits, pairs, scores, 'unlabelled'),
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
  /** the teachers' scores, if there are some */
  readonly scores: readonly number[]
  /** undefined if the document was not judged */
  readonly grades: readonly (number | undefined)[]
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
        grades: rows.map(({ document }) => grades?.get(document)),
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

/** whether the negatives of a group were judged, or have no judgement */
type Worse = 'judged' | 'unlabelled'

/** share of the range of a query's scores: a document nearer than this to a right one may be right, too */
const MARGIN = 0.05

/**
 * Indices of the right documents and of the negatives; undefined when the group is of the other kind, or has
 * nothing to compare. A query has judged negatives if two of its documents have different grades.
 */
function compared(
  { scores, grades }: Candidates,
  worse: Worse,
): { readonly right: readonly number[]; readonly others: readonly number[] } | undefined {
  const at = grades.map((_, index) => index)
  const judged = at.filter((index) => grades[index] !== undefined)
  const top = Math.max(0, ...judged.map((index) => grades[index]!))
  const lower = judged.filter((index) => grades[index]! < top)
  const best = judged.filter((index) => top > 0 && grades[index] === top)
  if (lower.length > 0)
    return worse === 'judged' && best.length > 0 ? { right: best, others: lower } : undefined
  if (worse === 'judged') return undefined
  // the teacher's best document if none is judged
  const right = best.length > 0 ? best : scores.length > 0 && judged.length === 0 ? [0] : []
  const bound =
    Math.min(...right.map((index) => scores[index]!)) - MARGIN * (Math.max(...scores) - Math.min(...scores))
  const others = at.filter(
    (index) =>
      grades[index] === undefined &&
      !right.includes(index) &&
      (scores.length === 0 || scores[index]! < bound),
  )
  return right.length > 0 && others.length > 0 ? { right, others } : undefined
}

/** Groups of grades. The first two documents differ, so that a truncated group also has a difference. */
function* graded(splits: readonly Split[], pairs: Pairs, scores: Scores | undefined, worse: Worse) {
  for (const group of candidatesOf(splits, pairs, scores)) {
    const { query, documents, grades } = group
    if (grades.every((grade) => grade === undefined)) continue
    const found = compared(group, worse)
    if (found === undefined) continue
    const [first, ...more] = found.right
    const order = [first!, ...found.others, ...more]
    yield {
      query,
      docs: order.map((index) => textOf(documents[index]!)),
      labels: order.map((index) => grades[index] ?? 0),
    }
  }
}

/**
 * FlagEmbedding's lines: `pos` are the documents of the query's highest grade, or the teacher's best if none
 * is judged; `neg` are the negatives.
 */
function* positives(splits: readonly Split[], pairs: Pairs, scores: Scores | undefined, worse: Worse) {
  for (const group of candidatesOf(splits, pairs, scores)) {
    const found = compared(group, worse)
    if (found === undefined) continue
    const texts = (places: readonly number[]) => places.map((index) => textOf(group.documents[index]!))
    const scored = (places: readonly number[]) => places.map((index) => group.scores[index])
    yield {
      query: group.query,
      pos: texts(found.right),
      neg: texts(found.others),
      ...(scores && { pos_scores: scored(found.right), neg_scores: scored(found.others) }),
    }
  }
}

/**
 * Clicked pairs, and weak queries with their document: the data of `cpt`. In validation: the documents of the
 * highest grade.
 */
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
