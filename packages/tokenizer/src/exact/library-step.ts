// One step of a tokenizer.json, computed by the TypeScript library. The library's types have no classes for
// steps, so the step is taken from a tokenizer that has only this step.
import { Tokenizer as Library } from '@huggingface/tokenizers'

export interface Step {
  readonly type: string
  readonly [key: string]: unknown
}

const EMPTY = {
  added_tokens: [],
  model: { type: 'WordPiece', unk_token: '[UNK]', vocab: { '[UNK]': 0 } },
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
}

/** @throws {Error} when the library does not support the step */
export const libraryNormalizer = (step: Step): ((text: string) => string) => {
  const made = new Library({ ...EMPTY, normalizer: step }, {}).normalizer as (text: string) => string
  return (text) => made(text)
}

/** @throws {Error} when the library does not support the step */
export const libraryPreTokenizer = (step: Step): ((text: string) => string[]) => {
  const made = new Library({ ...EMPTY, pre_tokenizer: step }, {}).pre_tokenizer as (text: string) => string[]
  return (text) => made(text)
}
