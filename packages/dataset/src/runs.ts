// TREC files: runs ("query Q0 document rank score tag") and judgements ("query 0 document grade"), so that any TREC tool
// can read what matters.
import { readFileSync } from 'node:fs'
import { InputError, writeWholeFile } from '@disranker/stage'
import type { Judgements, Run, Scored } from './records.ts'

/** Writes a run, each query's documents in the order they have. */
export function writeRun(file: string, run: Run, tag: string): void {
  const lines: string[] = []
  for (const [query, rows] of run)
    for (const [index, { document, score }] of rows.entries())
      lines.push(`${query} Q0 ${document} ${index + 1} ${score} ${tag}\n`)
  writeWholeFile(file, lines.join(''))
}

/**
 * Reads a run; each query's documents come in the order of the file.
 * @throws {InputError} naming the line that has not six columns or whose score is no number
 */
export function readRun(file: string): Run {
  const run = new Map<string, Scored[]>()
  for (const { columns, line } of readColumns(file)) {
    const [query, , document, , value] = columns
    const score = Number(value)
    if (columns.length !== 6 || !Number.isFinite(score))
      throw new InputError(
        `${file}, line ${line}: "${columns.join(' ')}" is no run. Wanted: query Q0 document rank score tag.`,
      )
    const rows = run.get(query!)
    if (rows === undefined) run.set(query!, [{ document: document!, score }])
    else rows.push({ document: document!, score })
  }
  return run
}

/** Writes judgements, grades of 0 too. */
export function writeQrels(file: string, judgements: Judgements): void {
  const lines: string[] = []
  for (const [query, grades] of judgements)
    for (const [document, grade] of grades) lines.push(`${query} 0 ${document} ${grade}\n`)
  writeWholeFile(file, lines.join(''))
}

/**
 * Reads judgements.
 * @throws {InputError} naming the line that has not four columns or whose grade is no whole number from 0
 */
export function readQrels(file: string): Judgements {
  const judgements = new Map<string, Map<string, number>>()
  for (const { columns, line } of readColumns(file)) {
    const [query, , document, value] = columns
    const grade = Number(value)
    if (columns.length !== 4 || !Number.isInteger(grade))
      throw new InputError(
        `${file}, line ${line}: "${columns.join(' ')}" is no judgement. Wanted: query 0 document grade, the grade a whole number from 0.`,
      )
    const grades = judgements.get(query!) ?? new Map<string, number>()
    // TREC marks spam with negative grades
    grades.set(document!, Math.max(0, grade))
    judgements.set(query!, grades)
  }
  return judgements
}

function* readColumns(file: string): Generator<{ columns: string[]; line: number }> {
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries())
    if (text.trim() !== '') yield { columns: text.trim().split(/\s+/), line: index + 1 }
}
