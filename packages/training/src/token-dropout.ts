// Hides some tokens from the model in training, so that it does not depend on any single word (Iyyer et al.
// 2015, word dropout). Type ids stay: the model still sees that a hidden word matches.
import type { Random } from '@disranker/engine'

export interface TokenDropout {
  /** share of the tokens to hide, 0 .. 1 */
  readonly share: number
  /** the id that replaces a hidden token, [MASK] or <unk> */
  readonly hidden: number
  /** ids that are never hidden: [CLS], [SEP], </s> and the like */
  readonly kept: ReadonlySet<number>
}

/** A copy of the text with some of its ids replaced; equal random numbers hide the same tokens. */
export function dropTokens<Text extends { readonly ids: Int32Array }>(
  text: Text,
  { share, hidden, kept }: TokenDropout,
  random: Random,
): Text {
  if (share === 0) return text
  return { ...text, ids: text.ids.map((id) => (!kept.has(id) && random.uniform() < share ? hidden : id)) }
}
