export { checkTokens } from './check-tokens.ts'
export {
  type EncoderCheckpoint,
  readEncoderCheckpoint,
} from './encoder-checkpoint.ts'
export { type FoundCheckpoint, findCheckpoint, hashOf } from './find-checkpoint.ts'
export { fetchModel } from './hub/fetch-model.ts'
export { hubSettings } from './hub/hub-settings.ts'
export { pushModel } from './hub/push-model.ts'
export { keepDecoderLayers } from './keep-decoder-layers.ts'
export { keepLayers, spreadLayers } from './keep-layers.ts'
export { lastTokenOf } from './last-token.ts'
export { encoderPoolingOf, poolingOf, type TextPooling } from './pooling.ts'
export {
  isAsked,
  type NamedCheckpoint,
  type PretrainedRole,
  pretrainedModels,
  publishedEncoders,
} from './pretrained-models.ts'
export { pruneVocabulary } from './prune-vocabulary.ts'
export { type RankerConfig, type RankerFolder, readRanker, writeRanker } from './ranker-folder.ts'
export { readWordVectors, type WordVectors } from './word-vectors.ts'
