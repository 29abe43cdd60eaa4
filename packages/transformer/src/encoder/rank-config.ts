// The files that transformers, sentence-transformers and transformers.js need in addition to the weights, so that our folder loads
// as a cross-encoder with one label.
import { decoders, findArchitecture } from '../architectures.ts'
import { readEncoder } from './read-encoder.ts'

interface AddedToken {
  readonly id: number
  readonly content: string
}

/** The names of special tokens in the vocabularies that are trained here and in those of the architectures. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  pad_token: ['[PAD]', '<pad>', '<|endoftext|>'],
  unk_token: ['[UNK]', '<unk>'],
  mask_token: ['[MASK]', '<mask>'],
  bos_token: ['<s>', '<|im_start|>'],
  eos_token: ['</s>', '<|im_end|>', '<|endoftext|>'],
}

interface TokenizerFile {
  readonly added_tokens?: readonly AddedToken[]
  readonly model?: { readonly type?: string }
  readonly normalizer?: { readonly lowercase?: boolean } | null
}

const parse = (tokenizer: string) => JSON.parse(tokenizer) as TokenizerFile

/**
 * The configuration of a ranker for other programs: its class there, one label, and the id of padding.
 * @param tokenizer the text of tokenizer.json
 */
export function rankConfig<Config extends { readonly model_type: string }>(
  config: Config,
  tokenizer: string,
) {
  const decoder = decoders.find(({ modelType }) => modelType === config.model_type)
  const className = decoder ? findArchitecture(decoders, config).className : readEncoder(config).className
  const padding = parse(tokenizer).added_tokens?.find(({ content }) => ROLES.pad_token!.includes(content))
  const { pad_token_id = padding?.id } = config as { pad_token_id?: number | null }
  return {
    ...config,
    architectures: [className],
    id2label: { 0: 'relevance' },
    label2id: { relevance: 0 },
    ...(pad_token_id !== undefined && { pad_token_id }),
  }
}

/**
 * tokenizer_config.json: the role of each special token.
 * @param tokenizer the text of tokenizer.json
 * @param longest longest text in tokens
 */
export function tokenizerConfig(tokenizer: string, longest?: number): Readonly<Record<string, unknown>> {
  const { added_tokens = [], model, normalizer } = parse(tokenizer)
  const present = new Set(added_tokens.map(({ content }) => content))
  const roles = Object.entries(ROLES).flatMap(([role, names]) => {
    const name = names.find((one) => present.has(one))
    return name === undefined ? [] : [[role, name] as const]
  })
  // from this class and these names other programs know that the model reads token types
  const bert = {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: normalizer?.lowercase ?? false,
    model_input_names: ['input_ids', 'token_type_ids', 'attention_mask'],
  }
  return {
    ...(model?.type === 'WordPiece' ? bert : { tokenizer_class: 'PreTrainedTokenizerFast' }),
    ...(longest !== undefined && { model_max_length: longest }),
    ...Object.fromEntries(roles),
    clean_up_tokenization_spaces: false,
  }
}
