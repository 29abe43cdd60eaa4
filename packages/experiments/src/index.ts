export { assignArm, type Caller, takesPart } from './assign-arm.ts'
export {
  type Arm,
  type Experiment,
  HOLDOUT,
  parseExperiments,
  REQUEST_ORDER,
} from './experiment.ts'
export { type Explored, fairPairs } from './fair-pairs.ts'
export { fingerprint, secretFingerprint } from './fingerprint.ts'
export {
  type CheckOptions,
  type Credit,
  type Impression,
  LONGEST_LABEL,
  LONGEST_TOKEN,
  openImpression,
  signImpression,
} from './impression-token.ts'
export { choosesModel, shapesOrder } from './layers.ts'
export type { Participation, RecordedEvent, RecordedSearch, Shown } from './recorded-search.ts'
export { SHARE_ALARM, shareStatistic, sharesMismatch } from './share-check.ts'
export { shareOf, uniformsOf } from './share-of.ts'
export { type Interleaved, type Team, teamDraft } from './team-draft.ts'
