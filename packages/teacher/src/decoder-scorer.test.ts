import { openBackend } from '@disranker/engine'
import { textOf } from '@disranker/scorers'
import { keepsTheContract, PAIRS } from '@disranker/scorers/testing/contract'
import { createPairEncoder, learnVocabulary } from '@disranker/tokenizer'
import { createDecoder } from '@disranker/transformer'
import { decoderScorer } from './decoder-scorer.ts'

keepsTheContract('a decoder', {
  async open() {
    await openBackend('wasm', {})
    const documents = PAIRS.map(({ document }) => document)
    const queries = PAIRS.map(({ query, document }) => `${query} ${textOf(document)}`)
    const lengths = { maxLength: 48, maxQuery: 10, maxTitle: 10, maxSummary: 20 }
    const marks = { levels: [0.5, 2] as const, k1: 1.2, b: 0.75, buckets: 4, bucketWidth: 2 }
    const { tokenizer, encoding } = learnVocabulary(documents, queries, {
      form: 'llama',
      size: 300,
      ...lengths,
      marks,
    })
    const encoder = createPairEncoder(tokenizer, encoding)
    const decoder = createDecoder(
      {
        model_type: 'llama',
        ...{ vocab_size: tokenizer.vocabSize, type_vocab_size: encoder.typeVocabSize },
        ...{ max_position_embeddings: 48, hidden_size: 16, num_hidden_layers: 1, intermediate_size: 32 },
        ...{ num_attention_heads: 2, num_key_value_heads: 1, rms_norm_eps: 1e-5, rope_theta: 10_000 },
        ...{ tie_word_embeddings: true, initialization: 'scaled' },
      },
      { seed: 3 },
    )
    return decoderScorer(decoder, encoder, 1024)
  },
})
