// Whether a tokenizer of transformers passes token types to a model: by `model_input_names` of
// tokenizer_config.json, else by its class. A model without them uses type 0 everywhere, independent of the
// post-processor of tokenizer.json (transformers 5.24.0).
import type { PairTemplate } from './pair-template.ts'

export interface TokenizerConfig {
  readonly tokenizer_class?: unknown
  readonly model_input_names?: unknown
}

/** classes that pass token types by default */
const GIVES =
  /^(Bert|Electra|MobileBert|SqueezeBert|ConvBert|RetriBert|LayoutLM|Albert|Funnel|Lxmert)Tokenizer(Fast)?$/

/** @param config tokenizer_config.json; undefined if there is none */
export function givesTokenTypes({ tokenizer_class, model_input_names }: TokenizerConfig = {}): boolean {
  if (Array.isArray(model_input_names)) return model_input_names.includes('token_type_ids')
  // without a class the model's own class is used, and models with token types have one that passes them
  return typeof tokenizer_class === 'string' ? GIVES.test(tokenizer_class) : true
}

/** The template as the model receives it. */
export const asGiven = (template: PairTemplate, config: TokenizerConfig | undefined): PairTemplate =>
  givesTokenTypes(config) ? template : { ...template, secondType: 0 }
