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
export { type DocumentVector, roundVector } from './document-vector.ts'
export type { DocumentWords } from './document-words.ts'
export type { EngineOptions } from './engine.ts'
export type { Explanation, ScorePart } from './explanation.ts'
export { type InstructionForm, instructed } from './instruction.ts'
export { loadReranker } from './load-reranker.ts'
export { padBatch } from './padded-batch.ts'
export type { ReadOptions, RerankDocument, TitledDocument } from './reading.ts'
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
export type { EncodedText, Session } from './session.ts'
export { sha256 } from './sha256.ts'
export { sigmoid } from './sigmoid.ts'
export { bringBundle, type SourceOptions } from './sources/bundle-source.ts'
export type { VectorForm, VectorQuery } from './vector-form.ts'
