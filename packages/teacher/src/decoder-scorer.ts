// Our own decoder as a scorer.
import type { Scorer } from '@disranker/scorers'
import type { PairEncoder } from '@disranker/tokenizer'
import { type Decoder, scorePairs } from '@disranker/transformer'

/** @param tokens most in a batch, padding included */
export const decoderScorer = (decoder: Decoder, encoder: PairEncoder, tokens: number): Scorer => ({
  async score(pairs, signal) {
    signal?.throwIfAborted()
    const encoded = pairs.map(({ query, document }) => encoder.encode(query, document))
    return scorePairs(decoder, encoded, tokens)
  },
  close: () => decoder.dispose(),
})
