// An encoder that reads queries and documents apart and compares what it made of them: the cosine of two pooled embeddings
// (the mean of a text's states, or the first token's) over a temperature (sentence-transformers; Reimers and Gurevych 2019). On the disk it is a folder of theirs.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkTokens } from '@disranker/checkpoint'
import { poolingOf } from '@disranker/scorers'
import { InputError, writeWholeFile } from '@disranker/stage'
import { loadTokenizer, pairTemplateOf } from '@disranker/tokenizer'
import {
  checkFinite,
  createEncoder,
  type Encoder,
  lazyTensorsOf,
  type Pooling,
  packBatch,
  readEncoder,
  readModelFolder,
  type TokenBatch,
  type Tuning,
  writeModelFolder,
} from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'

export interface TwinReading {
  /** most tokens, the ones around a text included */
  readonly lengths: { readonly query: number; readonly document: number }
  /** what stands before each text, where the model was trained with it, such as "query: " */
  readonly prefixes?: { readonly query: string; readonly document: string }
  /** cosines are divided by it */
  readonly temperature: number
}

export interface TwinEncoder {
  readonly encoder: Encoder
  /** config.json, and the text of tokenizer.json */
  readonly config: object
  readonly tokenizer: string
  readonly reading: TwinReading
  readonly pooling: Pooling
  encode(kind: 'query' | 'document', text: string): { readonly ids: Int32Array; readonly typeIds: Int32Array }
  /** [rows, D], each of length 1 */
  embed(batch: TokenBatch): tf.Tensor2D
}

/**
 * Opens the folder of an encoder; needs an open backend.
 * @throws {InputError} when it is no folder of an encoder, pools as is not built, or its texts are longer than it reads
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
  const tokenizer = loadTokenizer(json)
  const { start, end } = pairTemplateOf(json) ?? model.template
  checkTokens(folder, json, model, { start, between: [], end, secondType: 0 })
  checkFinite(tensors, folder)
  const idsOf = (tokens: readonly string[]) =>
    tokens.map((token) => {
      const id = tokenizer.idOf(token)
      if (id !== undefined) return id
      throw new InputError(
        `${folder}: tokenizer.json has no token ${token}. Copy it again from where the model came from.`,
      )
    })
  const around = [idsOf(start), idsOf(end)] as const
  const { trains = () => true, lora, seed } = tuning
  // a head that compares nothing is not trained
  const twin = { trains: (name: string) => trains(name) && !model.head.includes(name), lora }
  const encoder = createEncoder(config, { tensors, seed }, twin)
  const pooling = poolingOf(folder)
  return {
    encoder,
    pooling,
    config,
    tokenizer: json,
    reading,
    encode(kind, text) {
      const room = reading.lengths[kind] - around[0].length - around[1].length
      const ids = tokenizer.encode((reading.prefixes?.[kind] ?? '') + text).slice(0, room)
      const all = Int32Array.from([...around[0], ...ids, ...around[1]])
      return { ids: all, typeIds: new Int32Array(all.length) }
    },
    embed: (batch) =>
      tf.tidy(() => {
        const states = encoder.embed(batch, pooling)
        return tf.div(states, tf.sqrt(tf.add(tf.sum(tf.square(states), 1, true), 1e-12)))
      }),
  }
}

/** Writes it as sentence-transformers reads it. */
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
 * A function that embeds texts, many at a time, in the order given.
 * @param tokens most tokens in a batch, all texts taken as long as the longest
 * @returns [texts, D] row-major
 */
export function embedTexts(
  twin: Pick<TwinEncoder, 'encode' | 'embed'>,
  kind: 'query' | 'document',
  texts: readonly string[],
  tokens = 4096,
): Float32Array[] {
  const encoded = texts.map((text) => twin.encode(kind, text))
  const order = [...encoded.keys()].sort((a, b) => encoded[a]!.ids.length - encoded[b]!.ids.length)
  const made: Float32Array[] = []
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && (to + 1 - from) * encoded[order[to]!]!.ids.length <= tokens) to++
    const places = order.slice(from, to)
    const values = tf.tidy(() =>
      twin.embed(packBatch(places.map((place) => encoded[place]!))).dataSync<'float32'>(),
    )
    const D = values.length / places.length
    for (const [row, place] of places.entries()) made[place] = values.slice(row * D, (row + 1) * D)
    from = to
  }
  return made
}
