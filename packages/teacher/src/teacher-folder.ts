// A teacher on the disk: a folder of a decoder with a ranking head as Hugging Face has it, with the pair encoding under "disranker".
import {
  createPairEncoder,
  type Encoding,
  hiding,
  loadTokenizer,
  type PairEncoder,
} from '@disranker/tokenizer'
import type { TokenDropout } from '@disranker/training'
import {
  checkRoom,
  createDecoder,
  type Decoder,
  type DecoderConfig,
  lazyTensorsOf,
  rankConfig,
  readModelFolder,
  writeModelFolder,
} from '@disranker/transformer'
import { type TrainedPart, trainedBy } from './trained-part.ts'

export type TeacherConfig = DecoderConfig & { readonly disranker: { readonly encoding: Encoding } }

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
  const { config, tensors, tokenizer: json } = readModelFolder<TeacherConfig>(folder)
  const { encoding } = config.disranker
  const trains = trainedBy(training?.trains, config.num_hidden_layers)
  if (training) checkRoom(config, { trains, rows: training.rows, columns: encoding.maxLength })
  const tokenizer = loadTokenizer(json)
  return {
    decoder: createDecoder(config, { tensors }, { trains }),
    config,
    encoder: createPairEncoder(tokenizer, encoding),
    dropout: hiding(tokenizer, encoding),
    tokenizer: json,
  }
}

/** Writes a teacher's three files into `folder`. */
export function writeTeacher(
  folder: string,
  { decoder, config, tokenizer }: Pick<Teacher, 'decoder' | 'config' | 'tokenizer'>,
): void {
  const named = rankConfig(config, tokenizer)
  writeModelFolder(folder, { config: named, tensors: lazyTensorsOf(decoder.parameters), tokenizer })
}
