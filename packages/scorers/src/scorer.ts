// The interface of a teacher: pairs in, scores out. The implementation may be a network in this process, a
// server, or a file of requests that another machine answers; `testing/contract.ts` tests all of them.

export interface TextPair {
  readonly query: string
  readonly document: { readonly title: string; readonly summary: string }
}

export interface Scorer {
  /** whether a second call before the first answer is faster: it then works on both */
  readonly ahead?: boolean
  /**
   * One raw score for each pair, in the order of `pairs`; higher is better. The scale is the scorer's own:
   * scores are standardised before they are added to those of others. A pair's score does not depend on the
   * other pairs.
   * @throws {InputError} when a score cannot be computed; earlier scores are not lost if the scorer keeps a
   * journal
   */
  score(pairs: readonly TextPair[], signal?: AbortSignal): Promise<ArrayLike<number>>
  /** Releases its resources; do not call it afterwards. */
  close(): void
}

/** A document as one text, for models without titles. */
export const textOf = ({ title, summary }: TextPair['document']): string =>
  [title, summary].filter((part) => part !== '').join('\n')
