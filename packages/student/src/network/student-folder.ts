// A student on the disk: the folder of a ranker whose network is an encoder. The key "disranker" has the
// weights of the terms that are added to the network, and the source of the student; wide.safetensors exists
// if it has a static bi-encoder.
import { type RankerConfig, readRanker, writeRanker } from '@disranker/checkpoint'
import type { Encoding, PairEncoder } from '@disranker/tokenizer'
import {
  createEncoder,
  type Encoder,
  type EncoderConfig,
  readStaticBiEncoder,
  STATIC_ONLY,
  type StaticBiEncoder,
  type StaticBiEncoderConfig,
  tensorsOf,
  writeModelFolder,
  writeStaticBiEncoder,
} from '@disranker/transformer'
import type { StartedStudent, StudentSource } from './student-start.ts'

export type StudentConfig = RankerConfig<EncoderConfig> & {
  readonly disranker: {
    readonly encoding: Encoding
    /**
     * score = logit + lexicalWeight * overlap + wideWeight * static; the keys of config.json call the static
     * bi-encoder `wide` since the first version
     */
    readonly score: { readonly lexicalWeight: number; readonly wideWeight?: number }
    readonly wide?: StaticBiEncoderConfig
    readonly source?: StudentSource
    readonly network?: { readonly leftOut: string }
  }
}

/** Writes a student's files into `folder`. */
export function writeStudent(
  folder: string,
  student: {
    /** undefined: the static bi-encoder ranks */
    readonly encoder?: Encoder
    readonly start: Pick<StartedStudent, 'config' | 'encoding' | 'source' | 'json'>
    readonly lexicalWeight: number
    /** the static bi-encoder and its weight in the score */
    readonly staticWeight?: number
    readonly staticBiEncoder?: StaticBiEncoder | undefined
    /** the reason for having no network */
    readonly networkLeftOut?: string
  },
): void {
  const { encoder, start, lexicalWeight, staticWeight = 0, networkLeftOut } = student
  const { encoding, source } = start
  // a static bi-encoder with weight 0 is left out
  const staticBiEncoder = staticWeight === 0 ? undefined : student.staticBiEncoder
  const disranker = {
    encoding,
    score: { lexicalWeight, ...(staticBiEncoder && { wideWeight: staticWeight }) },
    ...(staticBiEncoder && { wide: { features: staticBiEncoder.features, types: staticBiEncoder.types } }),
    ...(source && { source }),
    ...(networkLeftOut !== undefined && { network: { leftOut: networkLeftOut } }),
  }
  if (encoder)
    writeRanker(folder, {
      config: { ...start.config, disranker },
      tensors: tensorsOf(encoder.weights),
      tokenizer: start.json,
    })
  else {
    const { vocab_size, type_vocab_size } = start.config as EncoderConfig & { type_vocab_size?: number }
    const config = { model_type: STATIC_ONLY, vocab_size, type_vocab_size, disranker }
    writeModelFolder(folder, { config, tensors: new Map(), tokenizer: start.json })
  }
  if (staticBiEncoder) writeStaticBiEncoder(folder, staticBiEncoder)
}

/** Reads a student. Dispose of `encoder` after use. */
export function readStudent(folder: string): {
  readonly encoder: Encoder
  readonly pairEncoder: PairEncoder
  readonly config: StudentConfig
  readonly staticBiEncoder: StaticBiEncoder | undefined
} {
  const { config, tensors, pairEncoder } = readRanker<StudentConfig>(folder)
  return {
    encoder: createEncoder(config, { tensors }),
    pairEncoder,
    config,
    staticBiEncoder: readStaticBiEncoder(folder, config),
  }
}
