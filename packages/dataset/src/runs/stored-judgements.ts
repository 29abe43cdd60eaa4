// Any number of judgements in columns, 9 bytes each, with the interface of a map of each query's grades.

import type { Judgements } from '../records/records.ts'
import { createColumn } from './column.ts'
import { groupRows } from './grouped-rows.ts'
import { readQrelLines } from './runs.ts'
import { type Known, readAsMap } from './stored-run.ts'

/**
 * Reads TREC judgements; those of an unknown query or document are left out.
 * @throws {InputError} naming the line that is no judgement
 */
export function openJudgements(files: readonly string[], { queries, documents }: Known): Judgements {
  const query = createColumn(Int32Array)
  const document = createColumn(Int32Array)
  const grade = createColumn(Uint8Array)
  for (const file of files)
    for (const row of readQrelLines(file)) {
      const [asked, judged] = [queries.numberOf(row.query), documents.numberOf(row.document)]
      if (asked < 0 || judged < 0) continue
      query.push(asked)
      document.push(judged)
      grade.push(row.grade)
    }
  const groups = groupRows(query.values.subarray(0, query.length), queries.length)
  const gradesOf = (number: number) => {
    const grades = new Map<string, number>()
    for (const row of groups.of(number)) grades.set(documents.idOf(document.values[row]!), grade.values[row]!)
    return grades
  }
  return readAsMap(groups.queries, queries, (number) => groups.of(number).length > 0, gradesOf)
}
