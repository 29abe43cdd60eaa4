export {
  BUNDLE_FILES,
  type Bundle,
  type BundleConfig,
  type BundleManifest,
  openBundle,
  releaseBundle,
  VECTOR_FILES,
  type VectorsConfig,
} from './bundle.ts'
export { type DocumentVector, roundVector } from './documents/document-vector.ts'
export type { DocumentWords } from './documents/document-words.ts'
export type { VectorForm, VectorQuery } from './documents/vector-form.ts'
export type { Explanation, ScorePart } from './explanation.ts'
export { loadReranker } from './load-reranker.ts'
export { type InstructionForm, instructed } from './reading/instruction.ts'
export type { ReadOptions, RerankDocument, TitledDocument } from './reading/reading.ts'
export type {
  ComputeOptions,
  Pending,
  Prepared,
  Ranked,
  RankedDocument,
  RankOptions,
  Reranker,
  RerankerOptions,
} from './reranker.ts'
export { RerankerError, type RerankerErrorCode } from './reranker-error.ts'
export type { EngineOptions } from './session/engine.ts'
export { multiplyAdds } from './session/multiply-adds.ts'
export { padBatch } from './session/padded-batch.ts'
export type { EncodedText, Session } from './session/session.ts'
export { sha256 } from './sha256.ts'
export { sigmoid } from './sigmoid.ts'
export { bringBundle, type SourceOptions } from './sources/bundle-source.ts'
