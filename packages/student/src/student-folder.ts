// A student on the disk: the folder of a ranker whose network is an encoder. The key "disranker" has the weights of the terms that
// are added to the network, and what the student started from; wide.safetensors exists if it has a wide channel.
import { type RankerConfig, readRanker, writeRanker } from '@disranker/checkpoint'
import type { Encoding, PairEncoder } from '@disranker/tokenizer'
import {
  createEncoder,
  type Encoder,
  type EncoderConfig,
  readWide,
  tensorsOf,
  type WideChannel,
  type WideConfig,
  writeWide,
} from '@disranker/transformer'
import type { StartedStudent, StudentSource } from './student-start.ts'

export type StudentConfig = RankerConfig<EncoderConfig> & {
  readonly disranker: {
    readonly encoding: Encoding
    /** score = logit + lexicalWeight * overlap + wideWeight * wide */
    readonly score: { readonly lexicalWeight: number; readonly wideWeight?: number }
    readonly wide?: WideConfig
    readonly source?: StudentSource
  }
}

/** Writes a student's files into `folder`. */
export function writeStudent(
  folder: string,
  student: {
    readonly encoder: Encoder
    readonly start: Pick<StartedStudent, 'config' | 'encoding' | 'source' | 'json'>
    readonly lexicalWeight: number
    /** what a wide channel counts, and the channel */
    readonly wideWeight?: number
    readonly wide?: WideChannel | undefined
  },
): void {
  const { encoder, start, lexicalWeight, wideWeight = 0 } = student
  const { encoding, source } = start
  // a channel with weight 0 is left out
  const wide = wideWeight === 0 ? undefined : student.wide
  const disranker = {
    encoding,
    score: { lexicalWeight, ...(wide && { wideWeight }) },
    ...(wide && { wide: { features: wide.features, types: wide.types } }),
    ...(source && { source }),
  }
  const config = { ...start.config, disranker }
  writeRanker(folder, { config, tensors: tensorsOf(encoder.weights), tokenizer: start.json })
  if (wide) writeWide(folder, wide)
}

/** Reads a student. Dispose of `encoder` after use. */
export function readStudent(folder: string): {
  readonly encoder: Encoder
  readonly pairEncoder: PairEncoder
  readonly config: StudentConfig
  readonly wide: WideChannel | undefined
} {
  const { config, tensors, pairEncoder } = readRanker<StudentConfig>(folder)
  return { encoder: createEncoder(config, { tensors }), pairEncoder, config, wide: readWide(folder, config) }
}
