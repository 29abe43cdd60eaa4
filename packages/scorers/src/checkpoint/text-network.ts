// The network that reads a single text: an encoder, or a decoder whose last token's state is the embedding.
import { encoderPoolingOf, lastTokenOf, poolingOf, type TextPooling } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'
import { loadTokenizer, type PairTemplate, pairTemplateOf } from '@disranker/tokenizer'
import {
  checkFinite,
  createDecoder,
  createEncoder,
  type DecoderConfig,
  decoders,
  type EncoderConfig,
  encoderTensors,
  type ModelFolder,
  readModelFolder,
  type TokenBatch,
} from '@disranker/transformer'
import type * as tf from '@tensorflow/tfjs'

export interface TextNetwork {
  /** numbers in an embedding */
  readonly features: number
  readonly pooling: TextPooling
  /** maximal number of tokens */
  readonly positions: number
  readonly vocabulary: number
  /** undefined: it reads none */
  readonly tokenTypes: number | undefined
  /** its name in config.json */
  readonly type: string
  /** the text of tokenizer.json */
  readonly tokenizer: string
  /** the tokens around one text */
  readonly template: PairTemplate
  /** [rows, features], before normalisation */
  embed(batch: TokenBatch): tf.Tensor2D
  dispose(): void
}

/**
 * Needs an open backend.
 * @param pooling by default that of the folder
 * @throws {InputError} when it is no folder of an encoder or a decoder, or its pooling is not supported
 */
export function openTextNetwork(folder: string, pooling: TextPooling | undefined): TextNetwork {
  const model = readModelFolder<EncoderConfig | DecoderConfig>(folder)
  const isDecoder = decoders.some(({ modelType }) => modelType === model.config.model_type)
  return isDecoder
    ? openDecoder(folder, model as ModelFolder<DecoderConfig>, pooling ?? poolingOf(folder) ?? 'last')
    : openEncoder(folder, model as ModelFolder<EncoderConfig>, pooling ?? encoderPoolingOf(folder))
}

function openEncoder(
  folder: string,
  { config, tensors, tokenizer }: ModelFolder<EncoderConfig>,
  pooling: TextPooling,
): TextNetwork {
  if (pooling === 'last') throw wrongPooling(folder, config, pooling, 'mean or cls')
  const { model, embed, dispose } = createEncoder(config, { tensors })
  try {
    // only the tensors that it reads: files from elsewhere have others, such as position numbers
    checkFinite(encoderTensors(model, tensors).tensors, folder)
  } catch (error) {
    dispose()
    throw error
  }
  const { hidden: features, positions, vocabulary, tokenTypes, type } = model
  return {
    ...{ features, pooling, positions, vocabulary, tokenTypes, type, tokenizer, dispose },
    template: { ...(pairTemplateOf(tokenizer) ?? model.template), between: [], secondType: 0 },
    embed: (batch) => embed(batch, pooling),
  }
}

/** Its matrices stay outside the backend, in the format of the file: they may fill most of the memory. */
function openDecoder(
  folder: string,
  { config, tensors, tokenizer }: ModelFolder<DecoderConfig>,
  pooling: TextPooling,
): TextNetwork {
  if (pooling === 'cls') throw wrongPooling(folder, config, pooling, 'last or mean')
  const { start = [], end = [] } = pairTemplateOf(tokenizer) ?? {}
  const last = end.length > 0 ? end : [lastTokenOf(config, loadTokenizer(tokenizer), folder)]
  checkFinite(tensors, folder)
  const { embed, dispose } = createDecoder(config, { tensors }, { pooling, trains: () => false })
  const { hidden_size, max_position_embeddings, vocab_size, model_type } = config
  return {
    ...{ features: hidden_size, pooling, positions: max_position_embeddings, vocabulary: vocab_size },
    ...{ tokenTypes: undefined, type: model_type, tokenizer, embed, dispose },
    template: { start, between: [], end: last, secondType: 0 },
  }
}

const wrongPooling = (
  folder: string,
  { model_type }: EncoderConfig | DecoderConfig,
  pooling: TextPooling,
  wanted: string,
) =>
  new InputError(
    `${folder} is ${model_type}, and shall be pooled by "${pooling}". Wanted: ${wanted}. Change pooling in the recipe, or 1_Pooling/config.json of the model.`,
  )
