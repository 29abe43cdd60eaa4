// An encoder that embeds queries and documents separately and compares them: the cosine of two pooled embeddings (the mean of
// a text's states, or the first token's) over a temperature (sentence-transformers; Reimers and Gurevych 2019). Its folder
// has the format of sentence-transformers.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkTokens, encoderPoolingOf } from '@disranker/checkpoint'
import { createTextRows, embedRows, type TextRow } from '@disranker/scorers'
import { InputError, writeWholeFile } from '@disranker/stage'
import { pairTemplateOf } from '@disranker/tokenizer'
import {
  checkFinite,
  createEncoder,
  type Encoder,
  encoderTensors,
  lazyTensorsOf,
  type Pooling,
  readEncoder,
  readModelFolder,
  type TokenBatch,
  type Tuning,
  writeModelFolder,
} from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'

/** lines of a recipe */
export const twinReading = {
  /** maximal tokens, including those around a text */
  lengths: z.strictObject({ query: z.int().min(1), document: z.int().min(1) }),
  /** the prefix of each text, if the model was trained with one, such as "query: " */
  prefixes: z.strictObject({ query: z.string(), document: z.string() }).exactOptional(),
  /** cosines are divided by it */
  temperature: z.number().positive().max(10),
}
export type TwinReading = Readonly<z.output<z.ZodObject<typeof twinReading>>>

export interface TwinEncoder {
  readonly encoder: Encoder
  /** config.json, and the text of tokenizer.json */
  readonly config: object
  readonly tokenizer: string
  readonly reading: TwinReading
  readonly pooling: Pooling
  encode(kind: 'query' | 'document', text: string): TextRow
  /** [rows, D], each of length 1 */
  embed(batch: TokenBatch): tf.Tensor2D
}

/**
 * Opens the folder of an encoder; needs an open backend.
 * @throws {InputError} when it is no folder of an encoder, its pooling is not supported, or its texts are
 * longer than its maximum
 */
export function openTwinEncoder(
  folder: string,
  reading: TwinReading,
  tuning: Tuning & { readonly seed: number },
): TwinEncoder {
  const { config, tensors, tokenizer: json } = readModelFolder<{ model_type: string }>(folder)
  const model = readEncoder(config, tensors)
  const longest = Math.max(reading.lengths.query, reading.lengths.document)
  if (longest > model.positions)
    throw new InputError(
      `The recipe's lengths go up to ${longest}; ${folder} reads ${model.positions} tokens at most (max_position_embeddings). Lower them.`,
    )
  const template = pairTemplateOf(json) ?? model.template
  checkTokens(folder, json, model, { ...template, between: [], secondType: 0 })
  checkFinite(encoderTensors(model, tensors).tensors, folder)
  const encode = createTextRows(folder, json, template, reading)
  const { trains = () => true, lora, seed } = tuning
  // a head that is not used is not trained
  const twin = { trains: (name: string) => trains(name) && !model.head.includes(name), lora }
  const encoder = createEncoder(config, { tensors, seed }, twin)
  const pooling = encoderPoolingOf(folder)
  return {
    encoder,
    pooling,
    config,
    tokenizer: json,
    reading,
    encode,
    embed: (batch) =>
      tf.tidy(() => {
        const states = encoder.embed(batch, pooling)
        return tf.div(states, tf.sqrt(tf.add(tf.sum(tf.square(states), 1, true), 1e-12)))
      }),
  }
}

/** Writes it in the format of sentence-transformers. */
export function writeTwinEncoder(folder: string, twin: TwinEncoder): void {
  const { encoder, config, tokenizer, reading, pooling } = twin
  const { head, hidden } = encoder.model
  const tensors = new Map([...lazyTensorsOf(encoder.parameters)].filter(([name]) => !head.includes(name)))
  writeModelFolder(folder, { config: { ...config, disranker: { twin: reading } }, tensors, tokenizer })
  const json = (name: string, value: unknown) =>
    writeWholeFile(join(folder, name), `${JSON.stringify(value, undefined, 1)}\n`)
  const parts = ['Transformer', 'Pooling', 'Normalize'] as const
  json(
    'modules.json',
    parts.map((part, idx) => ({
      ...{ idx, name: String(idx), path: idx === 0 ? '' : `${idx}_${part}` },
      type: `sentence_transformers.models.${part}`,
    })),
  )
  json('sentence_bert_config.json', { max_seq_length: reading.lengths.document, do_lower_case: false })
  mkdirSync(join(folder, '1_Pooling'), { recursive: true })
  json('1_Pooling/config.json', {
    word_embedding_dimension: hidden,
    pooling_mode_mean_tokens: pooling === 'mean',
    pooling_mode_cls_token: pooling === 'cls',
  })
}

/**
 * A function that embeds many texts, in the order given.
 * @param tokens maximal tokens of a batch, with padding to the longest text
 * @returns [texts, D] row-major
 */
export function embedTexts(
  twin: Pick<TwinEncoder, 'encode' | 'embed'>,
  kind: 'query' | 'document',
  texts: readonly string[],
  tokens = 4096,
): Float32Array[] {
  return embedRows(
    texts.map((text) => twin.encode(kind, text)),
    tokens,
    (batch) => twin.embed(batch),
  )
}
