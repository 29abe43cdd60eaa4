// Writes a tokenizer.json for Hugging Face's libraries, for the two kinds that are trained here.
import { type PairTemplate, postProcessorOf } from './pairs/pair-template.ts'

/** The content of `tokenizer.json`; `JSON.stringify` it. */
export interface TokenizerJson {
  readonly version: '1.0'
  readonly [part: string]: unknown
}

/** BERT: lower-cased, accents stripped, split at white space and punctuation, WordPiece. */
export function wordPieceJson(
  vocabulary: readonly string[],
  specialTokens: readonly string[],
): TokenizerJson {
  const template = { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 1 } as const
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(specialTokens),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: around(template, vocabulary),
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  }
}

/** Byte-level byte pairs (Radford et al. 2019): every text has ids, none is unknown. */
export function bytePairJson(
  vocabulary: readonly string[],
  merges: readonly (readonly [string, string])[],
  specialTokens: readonly string[],
): TokenizerJson {
  const template = { start: ['<s>'], between: lineBreak, end: ['</s>'], secondType: 0 } as const
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(specialTokens),
    normalizer: null,
    // a word is the same token at the start of a text and after a space
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    post_processor: around(template, vocabulary),
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: merges.map(([left, right]) => `${left} ${right}`),
    },
  }
}

/** in byte-level vocabularies */
const lineBreak = ['\u010a']

/** The tokens that other programs put around a text; none before the vocabulary exists. */
function around(template: PairTemplate, vocabulary: readonly string[]): object | null {
  const ids = new Map(vocabulary.map((token, id) => [token, id]))
  const whole = [...template.start, ...template.between, ...template.end].every((token) => ids.has(token))
  return whole ? postProcessorOf(template, (token) => ids.get(token)!) : null
}

const addedTokens = (contents: readonly string[]) =>
  contents.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }))
