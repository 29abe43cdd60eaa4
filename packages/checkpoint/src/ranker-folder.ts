// A ranker on the disk, teacher or student: a network with a ranking head in Hugging Face's format, and its
// pair encoding under "disranker" of config.json.
import {
  createPairEncoder,
  type Encoding,
  hiding,
  loadTokenizer,
  type PairEncoder,
  STAGE_MEMORY,
} from '@disranker/tokenizer'
import { rankConfig, readModelFolder, type Tensors, writeModelFolder } from '@disranker/transformer'

/** A network's config.json with its pair encoding. */
export type RankerConfig<Config> = Config & { readonly disranker: { readonly encoding: Encoding } }

export interface RankerFolder<Config> {
  readonly config: Config
  /** read on demand */
  readonly tensors: Tensors
  /** the text of tokenizer.json */
  readonly tokenizer: string
  readonly pairEncoder: PairEncoder
  /** which of its tokens may be hidden in training, and the id that replaces them */
  readonly hiding: ReturnType<typeof hiding>
}

/** @throws {InputError} when it is no model folder, or its tokenizer cannot be read */
export function readRanker<Config extends RankerConfig<object>>(folder: string): RankerFolder<Config> {
  const { config, tensors, tokenizer: json } = readModelFolder<Config>(folder)
  const { encoding } = config.disranker
  const tokenizer = loadTokenizer(json)
  const pairEncoder = createPairEncoder(tokenizer, encoding, STAGE_MEMORY)
  return { config, tensors, tokenizer: json, pairEncoder, hiding: hiding(tokenizer, encoding) }
}

/** Writes a ranker's files into `folder`, so that other programs load it as a model with one label. */
export function writeRanker<Config extends { readonly model_type: string }>(
  folder: string,
  {
    config,
    tensors,
    tokenizer,
  }: Pick<RankerFolder<RankerConfig<Config>>, 'config' | 'tensors' | 'tokenizer'>,
): void {
  writeModelFolder(folder, { config: rankConfig(config, tokenizer), tensors, tokenizer })
}
