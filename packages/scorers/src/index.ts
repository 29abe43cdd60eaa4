export { type BiEncoderOptions, biEncoderScorer } from './checkpoint/bi-encoder.ts'
export { type CheckpointOptions, crossEncoderScorer } from './checkpoint/cross-encoder.ts'
export { poolingOf } from './checkpoint/pooling.ts'
export {
  openTextEncoder,
  type TextEncoder,
  type TextEncoderOptions,
  type TextKind,
} from './checkpoint/text-encoder.ts'
export { type Scorer, type TextPair, textOf } from './scorer.ts'
export { type Answers, openAnswers } from './served/answers.ts'
export { type ApiName, apis } from './served/apis.ts'
export { type BatchResults, batchLine, readBatchAnswer, readBatchResults } from './served/batch-file.ts'
export type { Prompt } from './served/chat.ts'
export { type Cost, costOf, type Price } from './served/cost.ts'
export {
  type PreparedRequest,
  type Requested,
  requestsOf,
  type Server,
  scaled,
  servedScorer,
} from './served/served-scorer.ts'
export { needsTemplates, type Templates } from './served/templates.ts'
