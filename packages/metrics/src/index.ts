export { type EvaluateOptions, type EvaluateRecipe, evaluate } from './evaluate.ts'
export { nameOf, plain, plainP, side, signed, type Tested } from './figures/figures.ts'
export {
  bootstrap,
  drawSamples,
  type Interval,
  pairedDifference,
  type Resampling,
  type Samples,
} from './figures/resampling.ts'
export {
  buildTable,
  correctAll,
  correctFor,
  type Difference,
  type MeasureName,
  type Row,
  type Table,
} from './figures/table.ts'
export { judgeServed, type Verdict } from './figures/verdict.ts'
export { keepRuns } from './kept-runs.ts'
export type { Agreement } from './measures/agreement.ts'
export {
  type Measure,
  ndcgAt,
  overall,
  type Part,
  reciprocalRankAt,
} from './measures/ranking-metrics.ts'
export { judgeRun, type Ranking } from './measures/rankings.ts'
export { comparisonsSaid } from './page/sentences.ts'
export { coverageOf, type JudgedRow } from './read-rows.ts'
export type { Report } from './report.ts'
export type { RowInfo } from './rows.ts'
