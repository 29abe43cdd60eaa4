// How a model reads a pair and what it started from, as cards say it.
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
