export { type BiEncoderOptions, biEncoderScorer } from './checkpoint/bi-encoder.ts'
export { type CheckpointOptions, crossEncoderScorer } from './checkpoint/cross-encoder.ts'
export {
  openTextEncoder,
  type TextEncoder,
  type TextEncoderOptions,
} from './checkpoint/text-encoder.ts'
export { createTextRows, embedRows, type TextKind, type TextRow } from './checkpoint/text-rows.ts'
export { type Scorer, type TextPair, textOf } from './scorer.ts'
export { openAnswers } from './served/answers.ts'
export { type ApiName, apis } from './served/apis.ts'
export { type BatchResults, batchLine, readBatchAnswer, readBatchResults } from './served/batch-file.ts'
export { type Cost, costOf, price } from './served/cost.ts'
export { type PreparedRequest, requestsOf, scaled, servedScorer } from './served/served-scorer.ts'
export { type Answers, requested, server } from './served/server.ts'
export { needsTemplates } from './served/templates.ts'
