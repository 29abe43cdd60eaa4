// Our own decoder as a scorer.
import { networksAtOnce } from '@disranker/engine'
import { startScoreThreads } from '@disranker/ranking'
import type { Scorer } from '@disranker/scorers'
import type { PairEncoder } from '@disranker/tokenizer'
import { type Decoder, scorePairs } from '@disranker/transformer'

import type { Teacher } from '../training/teacher-folder.ts'

export interface DecoderThread {
  /** of the teacher */
  readonly folder: string
  readonly tokensPerBatch: number
}

/** @param tokens maximum of a batch, padding included */
export const decoderScorer = (decoder: Decoder, encoder: PairEncoder, tokens: number): Scorer => ({
  async score(pairs, signal) {
    signal?.throwIfAborted()
    const encoded = pairs.map(({ query, document }) => encoder.encode(query, document))
    return scorePairs(decoder, encoded, tokens)
  },
  close: () => decoder.dispose(),
})

/**
 * The same for many pairs, in threads where that is faster.
 * @param teacher the content of `folder`; the scorer then owns its decoder
 * @param pairs that will be scored
 */
export function manyPairsScorer(
  { decoder, encoder }: Pick<Teacher, 'decoder' | 'encoder'>,
  { folder, tokensPerBatch }: DecoderThread,
  pairs: number,
  signal: AbortSignal,
): Scorer {
  const count = networksAtOnce(decoder.parameters.values(), pairs)
  if (count === 1) return decoderScorer(decoder, encoder, tokensPerBatch)
  decoder.dispose()
  const module = new URL('./decoder-thread.ts', import.meta.url)
  const data: DecoderThread = { folder, tokensPerBatch }
  const threads = startScoreThreads(count, module, signal, data)
  return {
    ...threads,
    async score(pairs, signal) {
      signal?.throwIfAborted()
      return threads.score(pairs)
    },
  }
}
