// A teacher on the disk: the folder of a ranker whose network is a decoder.
import { type RankerConfig, readRanker, writeRanker } from '@disranker/checkpoint'
import type { PairEncoder } from '@disranker/tokenizer'
import type { TokenDropout } from '@disranker/training'
import {
  checkRoom,
  createDecoder,
  type Decoder,
  type DecoderConfig,
  lazyTensorsOf,
} from '@disranker/transformer'
import { type TrainedPart, trainedBy } from './trained-part.ts'

export type TeacherConfig = RankerConfig<DecoderConfig>

export interface Teacher {
  readonly decoder: Decoder
  readonly config: TeacherConfig
  readonly encoder: PairEncoder
  /** how to hide tokens of this teacher's alphabet */
  readonly dropout: Omit<TokenDropout, 'share'>
  /** the text of tokenizer.json */
  readonly tokenizer: string
}

export interface TeacherTraining {
  readonly trains?: TrainedPart | undefined
  /** texts a step */
  readonly rows: number
}

/**
 * Reads a teacher. Dispose of `decoder` after use.
 * @param training of what is to be trained, which must fit; not given, it only scores
 * @throws {InputError} when the folder is no teacher, or training it does not fit
 */
export function readTeacher(folder: string, training?: TeacherTraining): Teacher {
  const { config, tensors, tokenizer, pairEncoder, hiding } = readRanker<TeacherConfig>(folder)
  const trains = trainedBy(training?.trains, config.num_hidden_layers)
  const columns = config.disranker.encoding.maxLength
  if (training) checkRoom(config, { trains, rows: training.rows, columns })
  return {
    decoder: createDecoder(config, { tensors }, { trains }),
    config,
    encoder: pairEncoder,
    dropout: hiding,
    tokenizer,
  }
}

/** Writes a teacher's three files into `folder`. */
export function writeTeacher(
  folder: string,
  { decoder, config, tokenizer }: Pick<Teacher, 'decoder' | 'config' | 'tokenizer'>,
): void {
  writeRanker(folder, { config, tensors: lazyTensorsOf(decoder.parameters), tokenizer })
}
