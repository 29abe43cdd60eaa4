// How a query and a document become one sequence of tokens: plain data that travels in a model's config.json, so that
// the edge encodes as training did.
import { type AnalyzerSpec, checkAnalyzer, checkExactMatch, type ExactMatch } from '@disranker/lexical'
import type { PairTemplate } from './pairs/pair-template.ts'

export interface Encoding {
  /**
   * bert: [CLS] query [SEP] title [SEP] summary [SEP]. llama: <s> query, title, summary on lines of their own </s>. pair: as
   * `template` says, title and summary being one text
   */
  readonly form: 'bert' | 'llama' | 'pair'
  /** of the form "pair", for models from elsewhere */
  readonly template?: PairTemplate
  /**
   * How a pair of the form "pair" that is too long is shortened. longest-first: query and document share the room, as
   * Hugging Face's tokenizers do by `truncation: "longest_first"`, the way of sentence-transformers. Without it the document
   * gives before the query
   */
  readonly cut?: 'longest-first'
  /** most tokens of query, title and summary together, special tokens included */
  readonly maxLength: number
  readonly maxQuery: number
  readonly maxTitle: number
  readonly maxSummary: number
  /** exact-match token types, for models trained from scratch; `marks` is their key in the config.json of published models */
  readonly marks?: ExactMatch
  /** what the words of the exact matches are; porter where none is named, as in all models made before analyzers had names */
  readonly analyzer?: AnalyzerSpec
}

/** @throws {RangeError} when the limits leave no room for a query, the numbers of the exact matches are out of range, or the analyzer is not known */
export function checkEncoding(encoding: Encoding): void {
  const { form, template, cut, maxLength, maxQuery, maxTitle, maxSummary, marks, analyzer } = encoding
  const limits = { maxLength, maxQuery, maxTitle, maxSummary }
  for (const [name, value] of Object.entries(limits))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`encoding.${name} is ${value}; wanted a whole number from 1.`)
  if (marks !== undefined) checkExactMatch(marks)
  if (analyzer !== undefined) checkAnalyzer(analyzer)
  if (form === 'pair' && !(template && [template.start, template.between, template.end].every(Array.isArray)))
    throw new RangeError(
      'encoding.template is missing; wanted the tokens at the start, between and at the end of a pair.',
    )
  if (cut !== undefined && !(form === 'pair' && cut === 'longest-first'))
    throw new RangeError(
      `encoding.cut is ${JSON.stringify(cut)} with the form "${form}"; wanted "longest-first", with the form "pair", or none.`,
    )
  if (form === 'pair' && marks !== undefined)
    throw new RangeError('encoding.marks go with the forms "bert" and "llama", not with "pair".')
  const around = template ? template.start.length + template.between.length + template.end.length : 0
  // a negative room would cut texts at the wrong end
  if (maxLength <= around)
    throw new RangeError(
      `encoding.maxLength is ${maxLength}, and encoding.template puts ${around} tokens around a pair: wanted more than those.`,
    )
  if (maxLength < maxQuery + 6)
    throw new RangeError(
      `encoding.maxLength is ${maxLength}, which leaves no room next to maxQuery ${maxQuery}: wanted at least ${maxQuery + 6}.`,
    )
}
