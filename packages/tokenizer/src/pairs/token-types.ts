// Whether a tokenizer of transformers gives token types to a model: `model_input_names` of tokenizer_config.json says so, else its class.
// A model that gets none reads type 0 everywhere, whatever the post-processor of tokenizer.json says (transformers 5.24.0).
import type { PairTemplate } from './pair-template.ts'

export interface TokenizerConfig {
  readonly tokenizer_class?: unknown
  readonly model_input_names?: unknown
}

/** classes that give token types by themselves */
const GIVES =
  /^(Bert|Electra|MobileBert|SqueezeBert|ConvBert|RetriBert|LayoutLM|Albert|Funnel|Lxmert)Tokenizer(Fast)?$/

/** @param config tokenizer_config.json; undefined where there is none */
export function givesTokenTypes({ tokenizer_class, model_input_names }: TokenizerConfig = {}): boolean {
  if (Array.isArray(model_input_names)) return model_input_names.includes('token_type_ids')
  // without a class the model's own is taken, and those that read types have one that gives them
  return typeof tokenizer_class === 'string' ? GIVES.test(tokenizer_class) : true
}

/** The template as the model gets it. */
export const asGiven = (template: PairTemplate, config: TokenizerConfig | undefined): PairTemplate =>
  givesTokenTypes(config) ? template : { ...template, secondType: 0 }
