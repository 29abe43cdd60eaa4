// A teacher on the disk: the folder of a ranker whose network is a decoder. Adapters are merged into it, and are also written
// to adapter/ in the format of peft.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RankerConfig, readRanker, writeRanker } from '@disranker/checkpoint'
import type { Encoding, PairEncoder } from '@disranker/tokenizer'

import type { TokenDropout } from '@disranker/training'
import {
  checkRoom,
  createDecoder,
  type Decoder,
  type DecoderConfig,
  lazyTensorsOf,
  tensorsOf,
  writeAdapter,
} from '@disranker/transformer'

import { type TrainedPart, tuningOf } from './trained-part.ts'

/** the text states that the ranking head reads */
export type Pooling = 'last' | 'mean'
export type TeacherConfig = RankerConfig<DecoderConfig> & {
  readonly disranker: { readonly encoding: Encoding; readonly pooling?: Pooling }
}

export interface Teacher {
  readonly decoder: Decoder
  readonly config: TeacherConfig
  readonly encoder: PairEncoder
  /** how to hide tokens with this teacher's vocabulary */
  readonly dropout: Omit<TokenDropout, 'share'>
  /** the text of tokenizer.json */
  readonly tokenizer: string
}

export interface TeacherTraining {
  readonly trains?: TrainedPart | undefined
  /** by default as in the folder */
  readonly pooling?: Pooling | undefined
  /** texts a step */
  readonly rows: number
}

/**
 * Reads a teacher. Dispose of `decoder` after use.
 * @param training the planned training, which must fit into memory; without it the teacher only scores
 * @throws {InputError} when the folder is no teacher, or its training does not fit
 */
export function readTeacher(folder: string, training?: TeacherTraining): Teacher {
  const { config: given, tensors, tokenizer, pairEncoder, hiding } = readRanker<TeacherConfig>(folder)
  const { encoding } = given.disranker
  const pooling = training?.pooling ?? given.disranker.pooling
  const config = pooling ? { ...given, disranker: { ...given.disranker, pooling } } : given
  const tuning = { ...tuningOf(training?.trains, config.num_hidden_layers), pooling }
  if (training) checkRoom(config, { ...tuning, rows: training.rows, columns: encoding.maxLength })
  return {
    decoder: createDecoder(config, { tensors }, tuning),
    config,
    encoder: pairEncoder,
    dropout: hiding,
    tokenizer,
  }
}

export interface WrittenTeacher extends Pick<Teacher, 'decoder' | 'config' | 'tokenizer'> {
  /** the trained part */
  readonly trains?: TrainedPart | undefined
  /** the base model, with its path from the adapter's folder, for peft */
  readonly base: string
  /** its task, in peft's terms */
  readonly task: 'CAUSAL_LM' | 'SEQ_CLS'
}

/** Writes a teacher's three files into `folder`, and its adapters if it has any. */
export function writeTeacher(
  folder: string,
  { decoder, config, tokenizer, trains, base, task }: WrittenTeacher,
): void {
  writeRanker(folder, { config, tensors: lazyTensorsOf(decoder.parameters), tokenizer })
  const { lora } = trains ?? {}
  if (!lora) return
  mkdirSync(join(folder, 'adapter'), { recursive: true })
  // continued pre-training does not use the ranking head
  const learned = [...decoder.weights].filter(([name]) => task === 'SEQ_CLS' || name !== 'score.weight')
  writeAdapter(join(folder, 'adapter'), { lora, tensors: tensorsOf(new Map(learned)), base, task })
}
