// The compared queries: the user's file, or the judged test queries of the pairs.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { Pairs } from '@disranker/dataset'
import { InputError } from '@disranker/stage'

export interface AskedQuery {
  readonly id: string
  readonly text: string
}

/** number of queries that a person judges by hand */
const MOST = 5_000
const LONGEST = 2_000

/**
 * Queries of a file: one text on each line, or JSON lines of id and text. The id of a text without one is a
 * hash of its words, so that its votes are found again after the file has changed.
 * @throws {InputError} the file does not exist, is empty, or a line is no query
 */
export function readQueries(file: string): AskedQuery[] {
  if (!existsSync(file))
    throw new InputError(`${file} does not exist. Wanted: a file with a query on each line.`)
  const queries = new Map<string, AskedQuery>()
  for (const [at, line] of readFileSync(file, 'utf8').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const query = line.trim().startsWith('{') ? fromJson(line, `${file}, line ${at + 1}`) : fromText(line)
    queries.set(query.id, query)
  }
  if (queries.size === 0) throw new InputError(`${file} has no query. Wanted: a query on each line.`)
  if (queries.size > MOST)
    throw new InputError(`${file} has ${queries.size} queries. Wanted: ${MOST} at most.`)
  return [...queries.values()]
}

/** The queries of the test split, in their order. */
export function testQueries(pairs: Pick<Pairs, 'queries'>): AskedQuery[] {
  const found: AskedQuery[] = []
  for (const { id, text, split } of pairs.queries) if (split === 'test') found.push({ id, text })
  return found
}

function fromText(line: string): AskedQuery {
  const text = line.trim().slice(0, LONGEST)
  return { id: `q${createHash('sha256').update(text).digest('hex').slice(0, 10)}`, text }
}

function fromJson(line: string, where: string): AskedQuery {
  const { id, text, query = text } = parse(line, where)
  if (typeof query !== 'string' || query.trim() === '')
    throw new InputError(`${where} is no query. Wanted: a text, or {"id": "q1", "text": "red shoes"}.`)
  if (id === undefined) return fromText(query)
  // columns of a TREC file are separated by spaces
  if (typeof id !== 'string' || !/^\S+$/.test(id))
    throw new InputError(`${where}: the id of a query is a text without spaces.`)
  return { id, text: query.trim().slice(0, LONGEST) }
}

function parse(line: string, where: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    throw new InputError(`${where} begins like JSON, but is not valid. Check quotes and commas.`)
  }
}
