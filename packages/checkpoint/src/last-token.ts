// The token at the end of a decoder's text. In a causal model only the last token attends to all others, so
// its state is the embedding of the text.
import { InputError } from '@disranker/stage'
import type { Tokenizer } from '@disranker/tokenizer'
import { type DecoderConfig, decoders, findArchitecture } from '@disranker/transformer'

/**
 * @param folder of the checkpoint, for messages
 * @throws {InputError} when the checkpoint has none
 */
export function lastTokenOf(
  config: DecoderConfig,
  tokenizer: Pick<Tokenizer, 'idOf' | 'tokenOf'>,
  folder: string,
): string {
  const { eos_token_id: eos } = config as { eos_token_id?: number | readonly number[] }
  const ids = eos === undefined || eos === null ? [] : [eos].flat()
  const named = ids.map((id) => tokenizer.tokenOf(id))
  const last = [...findArchitecture(decoders, config).lastToken, ...named].find(
    (token) => token !== undefined && tokenizer.idOf(token) !== undefined,
  )
  if (last !== undefined) return last
  throw new InputError(
    `${folder} names no token that ends a text: eos_token_id of config.json is ${JSON.stringify(eos)}, and tokenizer.json has no such id. Copy both from one model.`,
  )
}
