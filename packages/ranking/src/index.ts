export { UNLEARNED_PULL } from './choose-on.ts'
export {
  type ChosenWeights,
  chooseWeights,
  type PartContribution,
  type WeightChoice,
} from './choose-weights.ts'
export { type CorpusBatches, type CorpusStep, createCorpusBatches, gradeShares } from './corpus-batches.ts'
export { CROSS_FITTED, crossFit, isFewMeasured } from './cross-fit.ts'
export { type BySize, type Derived, FEW_JUDGED, takeFromLog } from './derive-recipe.ts'
export { type EncoderNote, readEncoderNote, writeEncoderNote } from './encoder-note.ts'
export { createGroups, type Group } from './groups.ts'
export { kendall } from './kendall.ts'
export { leaveScores } from './leave-scores.ts'
export type { Quality } from './list-quality.ts'
export { type Coins, isEarned, LEVEL, type PairedTest, pairedTest } from './paired-test.ts'
export { type JudgedQuery, type ScoredPart, scoresOf } from './part-lists.ts'
export { groupQueries } from './query-groups.ts'
export {
  type RankedSplits,
  type RankScored,
  type RankSplits,
  rankScored,
  rankSplits,
  type Terms,
  writeSplits,
} from './rank-splits.ts'
export {
  NETWORK_ONLY,
  type Ranked,
  type RankedPart,
  type Role,
  readRanked,
  seedFolder,
  writeRanked,
} from './ranked.ts'
export { meanQuality, type QueryQuality, queryQualities } from './ranking-quality.ts'
export {
  type GroupOptions,
  groups,
  lexicalWeight,
  type ScoredGroupOptions,
  scoredGroups,
} from './recipe-parts.ts'
export { countCandidates, type Item, itemsOf, type ScoreRunOptions, scoreRun } from './score-run.ts'
export { type ScoredQuestion, type ScoreThreads, startScoreThreads } from './score-threads.ts'
export {
  checkScores,
  openScores,
  readScores,
  readSeedScores,
  type ScoreSplits,
  type Scores,
  type SeedScores,
  scoreSplits,
  writeScores,
  writeSeedScores,
} from './scores-folder.ts'
export { type Standard, scoresIn, standardOf } from './standard.ts'
export { trainSeeds } from './train-seeds.ts'
export { type ValidationQuality, validationQuality } from './validation-quality.ts'
export {
  dotRows,
  hasVectors,
  joinVectors,
  readVectors,
  type VectorCounts,
  type Vectors,
  writeVectors,
} from './vectors-folder.ts'
