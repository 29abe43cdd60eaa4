// report.json: the figures for programs. An infinite figure (a PNR without a wrong pair) is written as null.

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
  /** whether the served model may be bundled */
  readonly verdict: Verdict
  /** the held-out split */
  readonly test: Table
  /**
   * the served model on all judged queries, if there are few: each ranked by weights chosen without it. The
   * verdict uses it
   */
  readonly crossFitted?: Table
  /** the split for choices, if it has judged queries */
  readonly validation?: Table
  /** int8 against fp32, on the test split */
  readonly agreement?: Omit<Agreement, 'points'>
  /**
   * the meaning of "relevant" in MRR, precision and recall: a minimal grade, or the highest grade of each
   * query
   */
  readonly relevant: number | 'highest'
  readonly simulatedClicks: boolean
  /** missing rows and curves */
  readonly missing: readonly string[]
  /** messages about the data before training: the rows that were left out, and why */
  readonly notices: readonly string[]
  /** the three differences on top of the report */
  readonly cards: readonly Card[]
  /** the changes worth trying, the most important first */
  readonly advice: readonly Advice[]
  /** the gain by kinds of queries, and the queries that change most; if a model is served */
  readonly slices?: readonly Slice[]
  readonly gains?: QueryGains
  /** the sentences on the test split */
  readonly sentences: readonly string[]
}

/** The text of report.json. */
export const reportJson = (report: Report): string => `${JSON.stringify(report, undefined, 2)}\n`
