// report.json: the figures that a program reads. An infinite figure (a PNR without a wrong pair) stands as null.

import type { Table } from './figures/table.ts'
import type { Verdict } from './figures/verdict.ts'
import type { Agreement } from './measures/agreement.ts'
import type { QueryGains } from './measures/query-gains.ts'
import type { Slice } from './measures/slices.ts'
import type { Advice } from './page/advice.ts'
import type { Card } from './page/cards.ts'

export interface Report {
  readonly format: 'disranker-report'
  readonly version: 3
  /** may the served model be bundled? */
  readonly verdict: Verdict
  /** the split that nothing was chosen on */
  readonly test: Table
  /** what is served on all judged queries, where these are few: each ranked by weights chosen without it. The verdict is by it */
  readonly crossFitted?: Table
  /** the split that choices were made on, where it has judged queries */
  readonly validation?: Table
  /** int8 against fp32, on the test split */
  readonly agreement?: Omit<Agreement, 'points'>
  /** what "relevant" means in MRR, precision and recall: least grade, or the highest grade of each query */
  readonly relevant: number | 'highest'
  readonly simulatedClicks: boolean
  /** rows and curves that are wanted and not there */
  readonly missing: readonly string[]
  /** what was said of the data before anything was trained: what was left out, and why */
  readonly notices: readonly string[]
  /** three differences that a reader wants to know first */
  readonly cards: readonly Card[]
  /** which levers the figures say are worth trying, the most pressing first */
  readonly advice: readonly Advice[]
  /** the gain by kinds of queries, and the queries that change most; where a model is served */
  readonly slices?: readonly Slice[]
  readonly gains?: QueryGains
  /** what the figures of the test split say */
  readonly sentences: readonly string[]
}

/** The text of report.json. */
export const reportJson = (report: Report): string => `${JSON.stringify(report, undefined, 2)}\n`
