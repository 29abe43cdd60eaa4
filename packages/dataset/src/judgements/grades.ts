// The meaning of a judge's grade: whole numbers from 0 to 10 unchanged, the letters of ESCI, or the mapping
// of the recipe.
import { InputError, type Progress } from '@disranker/stage'
import type { Connection } from '../database/connection.ts'
import { query, queryOne, quote } from '../database/database.ts'
import type { InputTable } from '../input/input-files.ts'
import type { BadRowBound } from '../tables/bad-rows.ts'

/**
 * `'as they are'`; a grade for each of your values; or bounds: the grade is the number of bounds that a value
 * exceeds
 */
export type GradeMeaning =
  | 'as they are'
  | { readonly values: Readonly<Record<string, number>> }
  | { readonly above: readonly number[] }

/** the gain of nDCG is 2^grade - 1: far above this one document outweighs all others */
export const HIGHEST = 10

/** Amazon's shopping queries: exact, substitute, complement, irrelevant */
const ESCI: Readonly<Record<string, number>> = {
  e: 3,
  s: 2,
  c: 1,
  i: 0,
  exact: 3,
  substitute: 2,
  complement: 1,
  irrelevant: 0,
}

/**
 * SQL for the grade of the text column `grade` of a table, null if it has none.
 * @throws {InputError} when more rows than allowed have no grade; it says how to define their meaning
 */
export async function gradeSql(
  connection: Connection,
  table: string,
  input: InputTable,
  meaning: GradeMeaning,
  bound: BadRowBound,
  progress: Progress,
): Promise<string> {
  const letters = await allAre(connection, table, Object.keys(ESCI))
  const told: GradeMeaning = meaning === 'as they are' && letters ? { values: ESCI } : meaning
  if (told !== meaning)
    progress.say(`${input.path}: read the letters of ESCI as grades: E 3, S 2, C 1, I 0 (judgements.grades).`)
  const expression = expressionOf(told)
  const { rows, wrong } = await queryOne<{ rows: number; wrong: number }>(
    connection,
    `SELECT count(*)::DOUBLE AS rows, count(*) FILTER (unreadable IS NULL AND grade IS NOT NULL AND ${expression} IS NULL)::DOUBLE AS wrong
      FROM ${table}`,
  )
  if (wrong > bound.share * rows)
    throw await unknownGrades(connection, table, input, told, expression, wrong, rows)
  return expression
}

/** the expected form of a grade, for messages */
export const wantedGrade = (meaning: GradeMeaning): string =>
  meaning === 'as they are'
    ? `a whole number from 0 to ${HIGHEST}`
    : 'values' in meaning
      ? `one of ${Object.keys(meaning.values).join(', ')}`
      : 'a number'

function expressionOf(meaning: GradeMeaning): string {
  const number = 'try_cast(grade AS DOUBLE)'
  // TREC marks spam with negative grades
  if (meaning === 'as they are')
    return `CASE WHEN ${number} = floor(${number}) AND ${number} <= ${HIGHEST} AND ${number} >= -${HIGHEST} THEN greatest(0, ${number})::INTEGER END`
  if ('above' in meaning)
    return `CASE WHEN isfinite(${number}) THEN ${meaning.above.map((bound) => `(${number} > ${bound})::INTEGER`).join(' + ')} END`
  const cases = Object.entries(meaning.values).map(
    ([value, grade]) => `WHEN ${quote(value.toLowerCase())} THEN ${grade}`,
  )
  return `CASE lower(trim(grade)) ${cases.join(' ')} END`
}

async function allAre(connection: Connection, table: string, values: readonly string[]): Promise<boolean> {
  const { told, known } = await queryOne<{ told: number; known: number }>(
    connection,
    `SELECT count(grade)::DOUBLE AS told,
      count(*) FILTER (lower(trim(grade)) IN (${values.map(quote).join(', ')}))::DOUBLE AS known FROM ${table}`,
  )
  return told > 0 && known === told
}

async function unknownGrades(
  connection: Connection,
  table: string,
  input: InputTable,
  meaning: GradeMeaning,
  expression: string,
  wrong: number,
  rows: number,
): Promise<InputError> {
  const wrongRow = `unreadable IS NULL AND grade IS NOT NULL AND ${expression} IS NULL`
  const [first] = await query<{ file: number; line: number; grade: string }>(
    connection,
    `SELECT file, line::DOUBLE AS line, left(grade, 50) AS grade FROM ${table} WHERE ${wrongRow} ORDER BY file, line LIMIT 1`,
  )
  const seen = await query<{ grade: string }>(
    connection,
    `SELECT left(trim(grade), 50) AS grade FROM ${table} WHERE grade IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC, grade LIMIT 6`,
  )
  const { highest } = await queryOne<{ highest: number | null }>(
    connection,
    `SELECT max(try_cast(grade AS DOUBLE)) AS highest FROM ${table}`,
  )
  const numbers = seen.every(({ grade }) => Number.isFinite(Number(grade)))
  const suggestion =
    numbers && highest !== null
      ? `{ above: [${[0, 1 / 3, 2 / 3].map((share) => Number((share * highest).toPrecision(2))).join(', ')}] }, which gives 1, 2 and 3 above these numbers`
      : `{ values: { ${seen.map(({ grade }, at) => `${JSON.stringify(grade)}: ${at}`).join(', ')} } } with the grade that each of them means`
  const word = input.form === 'parquet' || input.form === 'json' ? 'row' : 'line'
  const shard = input.files.length > 1 ? `${input.files[first!.file]!.slice(input.path.length + 1)}, ` : ''
  return new InputError(
    `${input.path}: ${wrong} of ${rows} grades are not understood.\n  ${shard}${word} ${first!.line}: grade is ${first!.grade}; wanted ${wantedGrade(meaning)}\nName what your grades mean in judgements.grades of recipes/pairs.ts, for example ${suggestion}.`,
  )
}
