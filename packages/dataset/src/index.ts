// The exports that every stage needs. The stages and the readers of tables, which need DuckDB, have their own
// import paths.

export type { PairsRecipe } from './pairs-recipe.ts'
export {
  type PseudoQueriesOptions,
  type PseudoQueriesRecipe,
  type PseudoQuery,
  readPseudoQueries,
} from './pseudo-queries.ts'
export { byPopularity } from './records/by-popularity.ts'
export { readLines, toLines } from './records/lines.ts'
export { type LogFacts, readLogFacts } from './records/log-facts.ts'
export { normaliseQuery } from './records/normalise-query.ts'
export { readQueryViews } from './records/query-views.ts'
export { learnedTexts, type Pairs, readPairs, SPLITS } from './records/read-pairs.ts'
export { listRecords } from './records/record-list.ts'
export type {
  ByQuery,
  ClickPair,
  Document,
  Judgements,
  Numbering,
  Query,
  Records,
  Run,
  Scored,
  Split,
} from './records/records.ts'
export { type Sampler, seededSampler, uniformFrom } from './records/seeded-sampler.ts'
export { byScore } from './runs/by-score.ts'
export { type Evaluable, evaluable, explainEvaluable } from './runs/evaluable.ts'
export { readQrels, readRun, writeQrels, writeRun } from './runs/runs.ts'
export { openRun } from './runs/stored-run.ts'
