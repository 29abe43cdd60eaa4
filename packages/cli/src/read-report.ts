// The figures of the last report, for programs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inCheckout } from '@disranker/stage'
import { readJson } from './read-words.ts'

interface Report {
  readonly verdict: unknown
  readonly test: {
    readonly queries: number
    readonly rows: unknown
    readonly differences: unknown
  }
}

/** Undefined if there is no report yet. */
export function readReport(): unknown {
  const folder = inCheckout({ home: 'metrics', name: 'evaluate' })
  const file = join(folder, 'report.json')
  if (!existsSync(file)) return undefined
  const { verdict, test } = readJson(file) as unknown as Report
  const { queries, rows, differences } = test
  return { report: join(folder, 'report.html'), queries, verdict, rows, differences }
}
