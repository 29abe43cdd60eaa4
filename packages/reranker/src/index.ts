export {
  BUNDLE_FILES,
  type Bundle,
  type BundleConfig,
  type BundleManifest,
  openBundle,
  sha256,
} from './bundle.ts'
export {
  loadReranker,
  type Ranked,
  type RankOptions,
  type RerankDocument,
  type Reranker,
  type RerankerOptions,
} from './load-reranker.ts'
export { RerankerError, type RerankerErrorCode } from './reranker-error.ts'
