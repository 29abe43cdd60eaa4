// A student on the disk: a BertForSequenceClassification folder, with the pair encoding and the weights of what stands beside
// the network under "disranker", and wide.safetensors where it has a wide channel.
import { createPairEncoder, type Encoding, loadTokenizer, type PairEncoder } from '@disranker/tokenizer'
import {
  type BertConfig,
  createEncoder,
  type Encoder,
  rankConfig,
  readModelFolder,
  readWide,
  tensorsOf,
  type WideChannel,
  type WideConfig,
  writeModelFolder,
  writeWide,
} from '@disranker/transformer'

export type StudentConfig = BertConfig & {
  readonly disranker: {
    readonly encoding: Encoding
    /** score = logit + lexicalWeight * overlap + wideWeight * wide */
    readonly score: { readonly lexicalWeight: number; readonly wideWeight?: number }
    readonly wide?: WideConfig
  }
}

/** Writes a student's files into `folder`. */
export function writeStudent(
  folder: string,
  student: {
    readonly encoder: Encoder
    readonly config: BertConfig
    readonly encoding: Encoding
    readonly lexicalWeight: number
    /** what a wide channel counts, and the channel */
    readonly wideWeight?: number
    readonly wide?: WideChannel | undefined
    /** the text of tokenizer.json */
    readonly tokenizer: string
  },
): void {
  const { encoder, encoding, lexicalWeight, wideWeight = 0, tokenizer } = student
  // a channel that counts nothing is none
  const wide = wideWeight === 0 ? undefined : student.wide
  const config: StudentConfig = {
    ...rankConfig(student.config, tokenizer),
    disranker: {
      encoding,
      score: { lexicalWeight, ...(wide && { wideWeight }) },
      ...(wide && { wide: { features: wide.features, types: wide.types } }),
    },
  }
  writeModelFolder(folder, { config, tensors: tensorsOf(encoder.weights), tokenizer })
  if (wide) writeWide(folder, wide)
}

/** Reads a student. Dispose of `encoder` after use. */
export function readStudent(folder: string): {
  readonly encoder: Encoder
  readonly pairEncoder: PairEncoder
  readonly config: StudentConfig
  readonly wide: WideChannel | undefined
} {
  const { config, tensors, tokenizer } = readModelFolder<StudentConfig>(folder)
  return {
    encoder: createEncoder(config, { tensors }),
    pairEncoder: createPairEncoder(loadTokenizer(tokenizer), config.disranker.encoding),
    config,
    wide: readWide(folder, config),
  }
}
