// Tiny models in the hub's format, with the words of the tiny corpus.
import { bertSpecialTokens, loadTokenizer, trainBytePairs, trainWordPiece } from '@disranker/tokenizer'
import { createDecoder, createEncoder, type DecoderConfig, tensorsOf } from '@disranker/transformer'
import { writeTinyCheckpoint } from '@disranker/transformer/testing/tiny-checkpoint'
import { documents } from './corpus.ts'

const texts = documents.flatMap(({ title, summary }) => [title, summary])

/** A BERT without a head, as models of sentences are published. Needs an open backend. */
export function writeTinyBert(folder: string): void {
  const specialTokens = bertSpecialTokens()
  const tokenizer = JSON.stringify(trainWordPiece(texts, { vocabSize: 300, minFrequency: 2, specialTokens }))
  const config = {
    ...{ model_type: 'bert', vocab_size: loadTokenizer(tokenizer).vocabSize, hidden_size: 16 },
    ...{ num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 32, hidden_act: 'gelu' },
    ...{ max_position_embeddings: 64, type_vocab_size: 2, layer_norm_eps: 1e-12 },
    architectures: ['BertModel'],
  } as const
  const encoder = createEncoder({ ...config, initialization: 'scaled' }, { seed: 5 })
  const tensors = new Map(
    [...tensorsOf(encoder.weights)].flatMap(([name, tensor]) =>
      encoder.model.head.includes(name) ? [] : [[name.replace(/^bert\./, ''), tensor] as const],
    ),
  )
  encoder.dispose()
  writeTinyCheckpoint(folder, { config, tensors, tokenizer })
}

/** An untrained LLaMA. Needs an open backend. */
export function writeTinyLlama(folder: string): void {
  const specialTokens = ['<|begin_of_text|>', '<|end_of_text|>']
  const json = trainBytePairs(texts, { vocabSize: 320, minFrequency: 2, specialTokens })
  const config = {
    ...{ model_type: 'llama', hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2 },
    ...{ num_key_value_heads: 1, intermediate_size: 32, rms_norm_eps: 1e-5, rope_theta: 5e5 },
    ...{ tie_word_embeddings: true, vocab_size: 320, max_position_embeddings: 64, eos_token_id: 1 },
    architectures: ['LlamaForCausalLM'],
  } as unknown as DecoderConfig
  const decoder = createDecoder(config, { seed: 7 })
  const tensors = new Map([...tensorsOf(decoder.weights)].filter(([name]) => name !== 'score.weight'))
  decoder.dispose()
  writeTinyCheckpoint(folder, { config, tensors, tokenizer: JSON.stringify(json) })
}
