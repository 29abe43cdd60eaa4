// TREC files: runs ("query Q0 document rank score tag") and judgements ("query 0 document grade"), so that
// any TREC tool can read them.
import { InputError } from '@disranker/stage'
import { readTextLines, writeTexts } from '../records/lines.ts'
import type { Scored } from '../records/records.ts'

/** Writes a run; the documents of each query keep their order. */
export function writeRun(
  file: string,
  run: Iterable<readonly [string, readonly Scored[]]>,
  tag: string,
): void {
  writeTexts(file, texts())

  function* texts() {
    for (const [query, rows] of run) yield runLines(query, rows, tag)
  }
}

/** the tag of candidates that the first stage did not find */
export const ADDED_TAG = 'added-candidate'

/** The lines of one query. */
export const runLines = (query: string, rows: readonly Scored[], tag: string): string =>
  rows
    .map(
      ({ document, score, added }, index) =>
        `${query} Q0 ${document} ${index + 1} ${score} ${added ? ADDED_TAG : tag}\n`,
    )
    .join('')

export interface RunLine extends Scored {
  readonly query: string
  readonly tag: string
  /** from 1 */
  readonly line: number
}

/**
 * The rows of a run in the order of the file.
 * @throws {InputError} naming the line that does not have six columns or whose score is no number
 */
export function* readRunLines(file: string): Generator<RunLine> {
  for (const { columns, line } of readColumns(file)) {
    const [query, , document, , value, tag] = columns
    const score = Number(value)
    if (columns.length !== 6 || !Number.isFinite(score))
      throw new InputError(
        `${file}, line ${line}: "${columns.join(' ')}" is no run. Wanted: query Q0 document rank score tag.`,
      )
    yield { query: query!, document: document!, score, tag: tag!, line }
  }
}

/**
 * Reads a run; each query's documents are in the order of the file.
 * @throws {InputError} naming the line that does not have six columns or whose score is no number
 */
export function readRun(file: string): ReadonlyMap<string, readonly Scored[]> {
  const run = new Map<string, Scored[]>()
  for (const { query, document, score } of readRunLines(file)) {
    const rows = run.get(query)
    if (rows === undefined) run.set(query, [{ document, score }])
    else rows.push({ document, score })
  }
  return run
}

/** Writes judgements, including grades of 0. */
export function writeQrels(
  file: string,
  judgements: Iterable<readonly [string, ReadonlyMap<string, number>]>,
): void {
  writeTexts(file, texts())

  function* texts() {
    for (const [query, grades] of judgements)
      for (const [document, grade] of grades) yield `${query} 0 ${document} ${grade}\n`
  }
}

export interface QrelLine {
  readonly query: string
  readonly document: string
  readonly grade: number
}

/**
 * Judgements in the order of the file.
 * @throws {InputError} naming the line that does not have four columns or whose grade is no whole number
 */
export function* readQrelLines(file: string): Generator<QrelLine> {
  for (const { columns, line } of readColumns(file)) {
    const [query, , document, value] = columns
    const grade = Number(value)
    if (columns.length !== 4 || !Number.isInteger(grade))
      throw new InputError(
        `${file}, line ${line}: "${columns.join(' ')}" is no judgement. Wanted: query 0 document grade, the grade a whole number from 0.`,
      )
    // TREC marks spam with negative grades
    yield { query: query!, document: document!, grade: Math.max(0, grade) }
  }
}

/**
 * Reads judgements.
 * @throws {InputError} naming the line that does not have four columns or whose grade is no whole number
 */
export function readQrels(file: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const judgements = new Map<string, Map<string, number>>()
  for (const { query, document, grade } of readQrelLines(file)) {
    const grades = judgements.get(query)
    if (grades === undefined) judgements.set(query, new Map([[document, grade]]))
    else grades.set(document, grade)
  }
  return judgements
}

function* readColumns(file: string): Generator<{ columns: string[]; line: number }> {
  let line = 0
  for (const text of readTextLines(file)) {
    line++
    const trimmed = text.trim()
    if (trimmed !== '') yield { columns: trimmed.split(/\s+/), line }
  }
}
