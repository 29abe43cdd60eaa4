// A student on the disk: a BertForSequenceClassification folder, with the pair encoding and the weight of the lexical
// overlap under "disranker".
import { createPairEncoder, type Encoding, loadTokenizer, type PairEncoder } from '@disranker/tokenizer'
import {
  type BertConfig,
  createEncoder,
  type Encoder,
  rankConfig,
  readModelFolder,
  tensorsOf,
  writeModelFolder,
} from '@disranker/transformer'

export type StudentConfig = BertConfig & {
  readonly disranker: { readonly encoding: Encoding; readonly score: { readonly lexicalWeight: number } }
}

/** Writes a student's three files into `folder`. */
export function writeStudent(
  folder: string,
  student: {
    readonly encoder: Encoder
    readonly config: BertConfig
    readonly encoding: Encoding
    readonly lexicalWeight: number
    /** the text of tokenizer.json */
    readonly tokenizer: string
  },
): void {
  const { encoder, encoding, lexicalWeight, tokenizer } = student
  const config: StudentConfig = {
    ...rankConfig(student.config, tokenizer),
    disranker: { encoding, score: { lexicalWeight } },
  }
  writeModelFolder(folder, { config, tensors: tensorsOf(encoder.weights), tokenizer })
}

/** Reads a student. Dispose of `encoder` after use. */
export function readStudent(folder: string): {
  readonly encoder: Encoder
  readonly pairEncoder: PairEncoder
  readonly config: StudentConfig
} {
  const { config, tensors, tokenizer } = readModelFolder<StudentConfig>(folder)
  return {
    encoder: createEncoder(config, { tensors }),
    pairEncoder: createPairEncoder(loadTokenizer(tokenizer), config.disranker.encoding),
    config,
  }
}
