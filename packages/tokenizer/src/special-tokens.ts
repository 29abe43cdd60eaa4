// The special tokens, in the order of their ids.

export interface SpecialTokenOptions {
  /** overlap tokens, for models with exact-match token types; 0 by default */
  readonly buckets?: number
}

/** BERT's special tokens, then the overlap tokens. [PAD] has id 0. */
export const bertSpecialTokens = ({ buckets = 0 }: SpecialTokenOptions = {}): string[] => [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...Array.from({ length: buckets }, (_, bucket) => overlapToken('bert', bucket)),
]

/** LLaMA's special tokens, a padding token, then the overlap tokens. */
export const llamaSpecialTokens = ({ buckets = 0 }: SpecialTokenOptions = {}): string[] => [
  '<unk>',
  '<s>',
  '</s>',
  '<pad>',
  ...Array.from({ length: buckets }, (_, bucket) => overlapToken('llama', bucket)),
]

/** The token for the share of the query's words that the document has. */
export const overlapToken = (form: 'bert' | 'llama', bucket: number): string =>
  form === 'bert' ? `[overlap_${bucket}]` : `<overlap_${bucket}>`

/**
 * The id of a line break, under its names in byte-level and byte-fallback vocabularies; undefined without
 * one.
 */
export function lineBreak(tokenizer: { idOf(token: string): number | undefined }): readonly number[] {
  const id = tokenizer.idOf('\u010a') ?? tokenizer.idOf('\n') ?? tokenizer.idOf('<0x0A>')
  return id === undefined ? [] : [id]
}
