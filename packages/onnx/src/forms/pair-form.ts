// How a model reads a pair: the form of models from elsewhere, and how cards say it and what a model started from.
import type { Encoding, PairTemplate } from '@disranker/tokenizer'

/** What stands under "disranker" of a student's config.json, as far as cards tell of it. */
export interface ToldOf {
  readonly encoding?: Encoding
  /** of a student that started from a model from elsewhere */
  readonly source?: { readonly name: string; readonly revision?: string; readonly licence?: string }
}

/** `[CLS] query [SEP] title summary [SEP]`, or what the encoding has for it. */
export function pairForm(encoding: Encoding | undefined): string {
  if (encoding?.form === 'pair' && encoding.template) return templateForm(encoding.template)
  if (encoding?.form === 'llama') return '<s> query\\n title\\n summary </s>'
  return '[CLS] query [SEP] title [SEP] summary [SEP]'
}

export const templateForm = ({ start, between, end }: PairTemplate): string =>
  [...start, 'query', ...between, 'title summary', ...end].join(' ')

/** The sentence on what a student started from; none of one that was made from scratch. */
export const startedFrom = ({ source }: ToldOf): string[] =>
  source === undefined
    ? []
    : [
        `Started from ${source.name}${source.revision === undefined ? '' : ` at ${source.revision}`}; its licence: ${source.licence ?? 'its model card does not say; ask its authors before you pass this on'}.`,
      ]

/** tokens that a pair has in addition to its query, at least */
const REST = 6

/** The form of models from elsewhere: their tokens around a pair of `length` tokens at most, the longer of query and text cut first. */
export const longestFirst = (template: PairTemplate, length: number): Encoding => ({
  form: 'pair',
  template,
  cut: 'longest-first',
  maxLength: length,
  maxQuery: length - REST,
  maxTitle: length,
  maxSummary: length,
})
