// A person's votes as judgements: a grade for each document, in TREC's form, and the queries. Both files can
// be copied to packages/dataset/in.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readQrels, toLines, writeQrels } from '@disranker/dataset'
import { writeWholeFile } from '@disranker/stage'
import type { AskedQuery } from './read-queries.ts'

/** the meaning of a grade, from 0 up */
export const GRADES = ['not relevant', 'a little', 'relevant', 'exactly right'] as const

export interface Votes {
  gradeOf(query: string, document: string): number | undefined
  /** Writes a vote to the disk; a later one of the same document replaces it. */
  vote(query: AskedQuery, document: string, grade: number): void
  /** by query, then by document */
  readonly all: ReadonlyMap<string, ReadonlyMap<string, number>>
}

/** @param folder of qrels.txt and queries.jsonl; existing votes are kept */
export function openVotes(folder: string, queries: readonly AskedQuery[]): Votes {
  const file = join(folder, 'qrels.txt')
  const all = new Map<string, Map<string, number>>()
  if (existsSync(file)) for (const [query, grades] of readQrels(file)) all.set(query, new Map(grades))
  const texts = new Map(queries.map(({ id, text }) => [id, text]))
  return {
    all,
    gradeOf: (query, document) => all.get(query)?.get(document),
    vote({ id, text }, document, grade) {
      texts.set(id, text)
      const grades = all.get(id) ?? new Map<string, number>()
      grades.set(document, grade)
      all.set(id, grades)
      mkdirSync(folder, { recursive: true })
      writeQrels(file, all)
      const judged = [...all.keys()].map((id) => ({ id, text: texts.get(id) ?? id, split: 'test' }))
      writeWholeFile(join(folder, 'queries.jsonl'), toLines(judged))
    },
  }
}
