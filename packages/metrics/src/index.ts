export type { Agreement } from './agreement.ts'
export { type EvaluateOptions, type EvaluateRecipe, evaluate } from './evaluate.ts'
export { nameOf, plain, plainP, side, signed, type Tested } from './figures.ts'
export { keepRuns } from './kept-runs.ts'
export {
  type Measure,
  ndcgAt,
  overall,
  type Part,
  reciprocalRankAt,
} from './ranking-metrics.ts'
export { judgeRun, type Ranking } from './rankings.ts'
export { coverageOf, type JudgedRow } from './read-rows.ts'
export type { Report } from './report.ts'
export {
  bootstrap,
  drawSamples,
  type Interval,
  pairedDifference,
  type Resampling,
  type Samples,
} from './resampling.ts'
export type { RowInfo } from './rows.ts'
export { comparisonsSaid } from './sentences.ts'
export {
  buildTable,
  correctAll,
  correctFor,
  type Difference,
  type MeasureName,
  type Row,
  type Table,
} from './table.ts'
export { judgeServed, type Verdict } from './verdict.ts'
