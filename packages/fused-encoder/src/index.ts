export { createFusedEncoder, type FusedEncoder, type FusedModel } from './fused-encoder.ts'
export { embeddedModules, type FusedModules } from './kernels.ts'
export { type BertConfig, type BertShape, supportedShape } from './model.ts'
export { readStaticTerm, type StaticTerm } from './static-term.ts'
