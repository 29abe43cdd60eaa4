// Over-long words of BERT's tokenizer: a word of more than a hundred characters is [UNK]. The length alone
// decides, which avoids normalising and splitting kilobytes of text.

interface Parts {
  readonly pre_tokenizer?: { readonly type?: string } | null
  readonly normalizer?: { readonly type?: string } | null
  readonly model?: {
    readonly type?: string
    readonly unk_token?: string
    readonly max_input_chars_per_word?: number
    readonly vocab?: Readonly<Record<string, number>>
  }
}

/** characters that normalising may remove: accents, controls */
const LOST = /[\p{M}\p{C}]/gu
/**
 * The id of a word that is too long.
 * @returns the id of the unknown token for a word without white space and signs; undefined if the tokenizer
 * must decide
 */
export function overLongWords(tokenizer: Record<string, unknown>): (word: string) => number | undefined {
  const { pre_tokenizer, normalizer, model } = tokenizer as Parts
  const unknown = model?.vocab?.[model.unk_token ?? '[UNK]']
  const bert = pre_tokenizer?.type === 'BertPreTokenizer' && normalizer?.type === 'BertNormalizer'
  if (!bert || model?.type !== 'WordPiece' || unknown === undefined) return () => undefined
  const most = model.max_input_chars_per_word ?? 100
  return (word) => {
    if (word.length <= 2 * most) return undefined
    // characters beyond 16 bits have two code units
    return word.replace(LOST, '').length > 2 * most ? unknown : undefined
  }
}
