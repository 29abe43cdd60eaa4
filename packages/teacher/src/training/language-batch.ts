// Batches of a language model: the target at each position is the next token, but only where that token is part of the
// document. The query is a prompt: it is read, never predicted.
import type { EncodedPair } from '@disranker/tokenizer'
import { packBatch, startsOf, type TokenBatch } from '@disranker/transformer'

export interface LanguageBatch {
  readonly batch: TokenBatch
  /** [N]: the next token, -1 if it is not learned */
  readonly targets: Int32Array
}

/**
 * Packs encoded texts with their targets: `targets[j] = ids[j + 1]` where token j + 1 belongs to title or summary.
 * @param separators ids of the tokens between the parts, which are not learned
 */
export function languageBatch(texts: readonly EncodedPair[], separators: ReadonlySet<number>): LanguageBatch {
  const batch = packBatch(texts)
  const targets = new Int32Array(batch.ids.length).fill(-1)
  for (const [row, start] of startsOf(batch).entries()) {
    const { ids, documentStart } = texts[row]!
    // the last token is </s>
    for (let next = Math.max(1, documentStart); next < ids.length - 1; next++) {
      const id = ids[next]!
      if (!separators.has(id)) targets[start + next - 1] = id
    }
  }
  return { batch, targets }
}

/** Tokens to learn. */
export const countTargets = ({ targets }: LanguageBatch): number =>
  targets.reduce((sum, target) => sum + (target >= 0 ? 1 : 0), 0)
