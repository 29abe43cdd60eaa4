import { expect, test } from 'vitest'
import { rankConfig, tokenizerConfig } from './rank-config.ts'

const added = (...contents: string[]) => contents.map((content, id) => ({ id, content }))
const wordPiece = JSON.stringify({
  added_tokens: added('[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '[overlap_0]'),
  normalizer: { type: 'BertNormalizer', lowercase: true },
  model: { type: 'WordPiece' },
})
const bytePairs = JSON.stringify({
  added_tokens: added('<unk>', '<s>', '</s>', '<pad>'),
  model: { type: 'BPE' },
})
const bert = {
  model_type: 'bert' as const,
  vocab_size: 9,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 4,
  max_position_embeddings: 8,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
}

test('a ranker is named as transformers names it, with one label', () => {
  const config = rankConfig(bert, wordPiece)
  expect(config).toMatchObject({ ...bert, architectures: ['BertForSequenceClassification'], pad_token_id: 0 })
  expect(Object.keys(config.id2label)).toEqual(['0'])
  const llama = { model_type: 'llama', architectures: ['LlamaForCausalLM'] }
  // without a padding token a decoder of others does not find the last token of a row
  expect(rankConfig(llama, bytePairs)).toMatchObject({
    architectures: ['LlamaForSequenceClassification'],
    pad_token_id: 3,
  })
})

test('a tokenizer says which token plays which part, and whether there are token types', () => {
  // without the class and the names transformers.js and sentence-transformers leave token types at 0
  expect(tokenizerConfig(wordPiece, 80)).toEqual({
    tokenizer_class: 'BertTokenizer',
    do_lower_case: true,
    model_input_names: ['input_ids', 'token_type_ids', 'attention_mask'],
    model_max_length: 80,
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    mask_token: '[MASK]',
    clean_up_tokenization_spaces: false,
  })
  expect(tokenizerConfig(bytePairs)).toMatchObject({
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: '<s>',
    eos_token: '</s>',
    pad_token: '<pad>',
  })
})
