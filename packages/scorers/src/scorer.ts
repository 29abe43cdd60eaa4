// The port: pairs in, scores out. What stands behind it may be a network in this process, a server, or a file of requests that
// another machine answers; `testing/contract.ts` holds all of them to the same words.

export interface TextPair {
  readonly query: string
  readonly document: { readonly title: string; readonly summary: string }
}

export interface Scorer {
  /** whether it is better asked again before it has answered: it then works on both questions */
  readonly ahead?: boolean
  /**
   * One raw score a pair, in the order of `pairs`; higher fits better. What they are measured in is the scorer's own: they
   * are standardised before they are added to those of others. A pair's score does not depend on the other pairs.
   * @throws {InputError} when a score cannot be had; what was scored until then is not lost where the scorer keeps a journal
   */
  score(pairs: readonly TextPair[], signal?: AbortSignal): Promise<ArrayLike<number>>
  /** Lets go of what it holds; no call may follow. */
  close(): void
}

/** A document as one text, for models that know no titles. */
export const textOf = ({ title, summary }: TextPair['document']): string =>
  [title, summary].filter((part) => part !== '').join('\n')
