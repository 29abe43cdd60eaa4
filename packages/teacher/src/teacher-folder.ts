// A teacher on the disk: a LlamaForSequenceClassification folder, with the pair encoding under "disranker".
import { createPairEncoder, type Encoding, loadTokenizer, type PairEncoder } from '@disranker/tokenizer'
import {
  createDecoder,
  type Decoder,
  type DecoderConfig,
  readModelFolder,
  tensorsOf,
  writeModelFolder,
} from '@disranker/transformer'

export type TeacherConfig = DecoderConfig & { readonly disranker: { readonly encoding: Encoding } }

export interface Teacher {
  readonly decoder: Decoder
  readonly config: TeacherConfig
  readonly encoder: PairEncoder
  /** the text of tokenizer.json */
  readonly tokenizer: string
}

/** Reads a teacher. Dispose of `decoder` after use. */
export function readTeacher(folder: string): Teacher {
  const { config, tensors, tokenizer } = readModelFolder<TeacherConfig>(folder)
  const decoder = createDecoder(config, { tensors })
  return {
    decoder,
    config,
    tokenizer,
    encoder: createPairEncoder(loadTokenizer(tokenizer), config.disranker.encoding),
  }
}

/** Writes a teacher's three files into `folder`. */
export function writeTeacher(folder: string, { decoder, config, tokenizer }: Omit<Teacher, 'encoder'>): void {
  writeModelFolder(folder, { config, tensors: tensorsOf(decoder.weights), tokenizer })
}
