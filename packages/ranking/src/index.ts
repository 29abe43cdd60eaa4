export {
  type CorpusBatches,
  type CorpusStep,
  createCorpusBatches,
  gradeShares,
} from './groups/corpus-batches.ts'
export { createGroups, type Group } from './groups/groups.ts'
export { groupQueries } from './groups/query-groups.ts'
export { type BySize, type Derived, FEW_JUDGED, takeFromLog } from './recipe/derive-recipe.ts'
export { type EncoderNote, readEncoderNote, writeEncoderNote } from './recipe/encoder-note.ts'
export {
  type GroupOptions,
  groups,
  lexicalWeight,
  type ScoredGroupOptions,
  scoredGroups,
} from './recipe/recipe-parts.ts'
export { leaveScores } from './runs/leave-scores.ts'
export {
  isOfTest,
  type RankedSplits,
  type RankScored,
  type RankSplits,
  rankScored,
  rankSplits,
  rankTest,
  type Terms,
  writeSplits,
} from './runs/rank-splits.ts'
export {
  NETWORK_ONLY,
  type Ranked,
  type RankedPart,
  type Role,
  readRanked,
  seedFolder,
  writeRanked,
} from './runs/ranked.ts'
export {
  checkScores,
  hasScores,
  openScores,
  readScores,
  readSeedScores,
  type ScoreSplits,
  type Scores,
  type SeedScores,
  scoreSplits,
  writeScores,
  writeSeedScores,
} from './runs/scores-folder.ts'
export { trainSeeds } from './runs/train-seeds.ts'
export {
  dotRows,
  hasVectors,
  joinVectors,
  readVectors,
  type VectorCounts,
  type Vectors,
  writeVectors,
} from './runs/vectors-folder.ts'
export { meanQuality, type QueryQuality, queryQualities } from './scoring/ranking-quality.ts'
export { countCandidates, type Item, itemsOf, type ScoreRunOptions, scoreRun } from './scoring/score-run.ts'
export { type ScoredQuestion, type ScoreThreads, startScoreThreads } from './scoring/score-threads.ts'
export { type ValidationQuality, validationQuality } from './scoring/validation-quality.ts'
export { kendall } from './statistics/kendall.ts'
export { type Coins, isEarned, LEVEL, type PairedTest, pairedTest } from './statistics/paired-test.ts'
export { type Standard, scoresIn, standardOf } from './statistics/standard.ts'
export { UNLEARNED_PULL } from './weights/choose-on.ts'
export {
  type ChosenWeights,
  chooseWeights,
  type PartContribution,
  type WeightChoice,
} from './weights/choose-weights.ts'
export { CROSS_FITTED, crossFit, isFewMeasured } from './weights/cross-fit.ts'
export type { Quality } from './weights/list-quality.ts'
export { type JudgedQuery, type ScoredPart, scoresOf } from './weights/part-lists.ts'
