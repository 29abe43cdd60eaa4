// How a model reads a pair: the form of published models, and its description in cards, with the start of the
// model.
import type { Encoding, PairTemplate } from '@disranker/tokenizer'

/** The parts of "disranker" in a student's config.json that cards describe. */
export interface ToldOf {
  readonly encoding?: Encoding
  /** of a student that started from a published model */
  readonly source?: { readonly name: string; readonly revision?: string; readonly licence?: string }
}

/** `[CLS] query [SEP] title summary [SEP]`, or the tokens of the encoding. */
export function pairForm(encoding: Encoding | undefined): string {
  if (encoding?.form === 'pair' && encoding.template) return templateForm(encoding.template)
  if (encoding?.form === 'llama') return '<s> query\\n title\\n summary </s>'
  return '[CLS] query [SEP] title [SEP] summary [SEP]'
}

export const templateForm = ({ start, between, end }: PairTemplate): string =>
  [...start, 'query', ...between, 'title summary', ...end].join(' ')

/** The sentence on the start of a student; empty for one from scratch. */
export const startedFrom = ({ source }: ToldOf): string[] =>
  source === undefined
    ? []
    : [
        `Started from ${source.name}${source.revision === undefined ? '' : ` at ${source.revision}`}; its licence: ${source.licence ?? 'its model card does not say; ask its authors before you pass this on'}.`,
      ]

/** minimal tokens of a pair in addition to its query */
const REST = 6

/**
 * The form of published models: their tokens around a pair of at most `length` tokens, the longer of query
 * and text cut first.
 */
export const longestFirst = (template: PairTemplate, length: number): Encoding => ({
  form: 'pair',
  template,
  cut: 'longest-first',
  maxLength: length,
  maxQuery: length - REST,
  maxTitle: length,
  maxSummary: length,
})
