// Any cross-encoder of the supported architectures, from its folder: query and document are read together,
// one logit.
import { readEncoderCheckpoint } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { createEncoder, createStaticScore, readStaticBiEncoder, scorePairs } from '@disranker/transformer'
import type { Scorer } from '../scorer.ts'
import { checkLength } from './check-length.ts'

export interface CheckpointOptions {
  /** tokens of query and document together, including special tokens */
  readonly maxLength: number
  /** tokens of the query */
  readonly maxQuery: number
  /** maximal tokens of a batch, with padding to the longest text: bounds the memory */
  readonly tokensPerBatch?: number
}

/** The terms that our student adds to its logit. */
interface StudentScore {
  readonly lexicalWeight?: number
  readonly wideWeight?: number
}

/**
 * Needs an open backend.
 * @param folder in Hugging Face's format, or of our student, which reads and scores pairs as when it is
 * served; with two labels the score is the relevant one's logit minus the other's
 * @throws {InputError} when it is no folder of a model, has no ranking head, lacks its static bi-encoder, has
 * a shorter maximal length, or does not fit its tokenizer
 */
export function crossEncoderScorer(folder: string, options: CheckpointOptions): Scorer {
  const { maxLength, maxQuery, tokensPerBatch } = options
  const { config, tensors, tokenizer: json, template, missingHead, model } = readEncoderCheckpoint(folder)
  if (missingHead.length > 0)
    throw new InputError(
      `${folder} is no cross-encoder: it has no ${missingHead[0]}. A model of sentences is a teacher as biEncoder.`,
    )
  checkLength(folder, model.positions, maxLength)
  const { encoding: own, score = {} } =
    (config as { disranker?: { encoding?: Encoding; score?: StudentScore } }).disranker ?? {}
  const staticBiEncoder = readStaticBiEncoder(folder, { disranker: config.disranker })
  const staticScore = staticBiEncoder && createStaticScore(staticBiEncoder)
  const network = createEncoder(config, { tensors })
  const encoder = createPairEncoder(
    loadTokenizer(json),
    own ?? {
      form: 'pair',
      template,
      maxLength,
      maxQuery,
      maxTitle: maxLength,
      maxSummary: maxLength,
    },
  )
  return {
    async score(pairs, signal) {
      signal?.throwIfAborted()
      const encoded = pairs.map(({ query, document }) => encoder.encode(query, document))
      const logits = scorePairs(network, encoded, tokensPerBatch)
      const { lexicalWeight = 0, wideWeight = 0 } = score
      return logits.map((logit, at) => {
        const pair = encoded[at]!
        return logit + lexicalWeight * pair.overlap + (staticScore ? wideWeight * staticScore(pair) : 0)
      })
    },
    close: () => network.dispose(),
  }
}
