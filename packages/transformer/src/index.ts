export type { Architecture, DecoderArchitecture, EncoderArchitecture } from './architecture.ts'
export type { BertConfig } from './architectures/bert/config.ts'
export {
  type DecoderConfig,
  type DecoderSizes,
  decoders,
  type EncoderConfig,
  type EncoderSizes,
  encoders,
  findArchitecture,
} from './architectures.ts'
export { checkFinite } from './check-finite.ts'
export { checkRoom, type TrainingSize } from './check-room.ts'
export { createDecoder, type Decoder, type DecoderOptions } from './decoder.ts'
export { createEncoder, type Encoder, type Pooling } from './encoder.ts'
export type { EncoderModel, PairTemplate } from './encoder-model.ts'
export type {
  Activation,
  AttentionOptions,
  DenseOptions,
  EncoderOperations,
  NormOptions,
} from './encoder-operations.ts'
export { encoderTensors } from './encoder-tensors.ts'
export { fromFloat16 } from './half-precision.ts'
export type { Lora } from './lora.ts'
export { type ModelFolder, readModelFolder, writeModelFolder } from './model-folder.ts'
export { matchesName, matchesSome } from './name-pattern.ts'
export type { Tuning } from './parameters.ts'
export { type Adapter, mergeAdapter, readAdapter, type WrittenAdapter, writeAdapter } from './peft-folder.ts'
export { rankConfig } from './rank-config.ts'
export { readEncoder } from './read-encoder.ts'
export {
  openSafetensors,
  readSafetensorsWithMetadata,
  safetensorsParts,
  type TensorData,
  type Tensors,
  writeSafetensors,
} from './safetensors.ts'
export { scorePairs } from './score-pairs.ts'
export {
  createStaticScore,
  readStaticBiEncoder,
  STATIC_LEAST,
  STATIC_ONLY,
  STATIC_TABLE,
  type StaticBiEncoder,
  type StaticBiEncoderConfig,
  writeStaticBiEncoder,
} from './static-bi-encoder.ts'
export { openTensors } from './tensor-files.ts'
export { packBatch, startsOf, type TokenBatch } from './token-batch.ts'
export { lazyTensorsOf, type Parameters, tensorsOf, type WeightSource, type Weights } from './weights.ts'
