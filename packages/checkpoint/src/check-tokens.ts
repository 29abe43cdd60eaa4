// Checks that a network has a row for every token id of a tokenizer.
import { InputError } from '@disranker/stage'
import { type PairTemplate, tokensBeyond } from '@disranker/tokenizer'
import type { EncoderModel } from '@disranker/transformer'

/**
 * @param name name of the model in errors
 * @throws {InputError} when ids or token types are outside the tables of the network
 */
export function checkTokens(
  name: string,
  tokenizer: string,
  { vocabulary, tokenTypes, type }: Pick<EncoderModel, 'vocabulary' | 'tokenTypes' | 'type'>,
  { start, between, end, secondType }: PairTemplate,
): void {
  const beyond = tokensBeyond(tokenizer, vocabulary, [...start, ...between, ...end])
  if (beyond.length > 0)
    throw new InputError(
      `tokenizer.json of ${name} has tokens beyond the ${vocabulary} rows of its embeddings (vocab_size): ${beyond.slice(0, 3).join(', ')}${beyond.length > 3 ? ` and ${beyond.length - 3} more` : ''}. Copy tokenizer.json, config.json and model.safetensors from one model.`,
    )
  if (tokenTypes !== undefined && secondType >= tokenTypes)
    throw new InputError(
      `${name} (${type}) tells ${tokenTypes} token type apart (type_vocab_size), and its tokenizer gives a document the type ${secondType}. Leave token_type_ids out of model_input_names in tokenizer_config.json if it was trained without them.`,
    )
}
