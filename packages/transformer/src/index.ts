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
export { checkRoom, type TrainingSize } from './decoder/check-room.ts'
export { createDecoder, type Decoder, type DecoderOptions } from './decoder/decoder.ts'
export { createEncoder, type Encoder, type Pooling } from './encoder/encoder.ts'
export type { EncoderModel, PairTemplate } from './encoder/encoder-model.ts'
export { encoderTensors } from './encoder/encoder-tensors.ts'
export { rankConfig } from './encoder/rank-config.ts'
export { readEncoder } from './encoder/read-encoder.ts'
export type { Lora } from './lora/lora.ts'
export { matchesName, matchesSome } from './lora/name-pattern.ts'
export {
  type Adapter,
  mergeAdapter,
  readAdapter,
  type WrittenAdapter,
  writeAdapter,
} from './lora/peft-folder.ts'
export type {
  Activation,
  AttentionOptions,
  DenseOptions,
  EncoderOperations,
  NormOptions,
} from './operations/encoder-operations.ts'
export type { Tuning } from './parameters.ts'
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
export { checkFinite } from './tensors/check-finite.ts'
export { fromFloat16 } from './tensors/half-precision.ts'
export { type ModelFolder, readModelFolder, writeModelFolder } from './tensors/model-folder.ts'
export {
  openSafetensors,
  readSafetensorsWithMetadata,
  safetensorsParts,
  type TensorData,
  type Tensors,
  writeSafetensors,
} from './tensors/safetensors.ts'
export { openTensors } from './tensors/tensor-files.ts'
export { packBatch, startsOf, type TokenBatch } from './token-batch.ts'
export { lazyTensorsOf, type Parameters, tensorsOf, type WeightSource, type Weights } from './weights.ts'
