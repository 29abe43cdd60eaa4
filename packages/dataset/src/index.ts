export { byPopularity } from './by-popularity.ts'
export { byScore } from './by-score.ts'
export { type Evaluable, evaluable, explainEvaluable } from './evaluable.ts'
export { type ImportedScores, importScores } from './imported-scores.ts'
export { readLines, toLines } from './lines.ts'
export { type LogFacts, readLogFacts } from './log-facts.ts'
export { normaliseQuery } from './normalise-query.ts'
export { type PairsOptions, pairs } from './pairs.ts'
export type { PairsRecipe } from './pairs-recipe.ts'
export {
  type PseudoQueriesOptions,
  type PseudoQueriesRecipe,
  type PseudoQuery,
  readPseudoQueries,
} from './pseudo-queries.ts'
export { readQueryViews } from './query-views.ts'
export { learnedTexts, type Pairs, readPairs, SPLITS } from './read-pairs.ts'
export { listRecords } from './record-list.ts'
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
} from './records.ts'
export { readQrels, readRun, writeQrels, writeRun } from './runs.ts'
export { type Sampler, seededSampler, uniformFrom } from './seeded-sampler.ts'
export { judgedShares } from './splits.ts'
export { openRun } from './stored-run.ts'
