// The encoding of a query and a document as one sequence of tokens: plain data in a model's config.json, so
// that the edge encodes like training.
import { type AnalyzerSpec, checkAnalyzer, checkExactMatch, type ExactMatch } from '@disranker/lexical'
import type { PairTemplate } from './pairs/pair-template.ts'

export interface Encoding {
  /**
   * bert: [CLS] query [SEP] title [SEP] summary [SEP]. llama: <s> query, title, summary on separate lines
   * </s>. pair: by `template`, with title and summary as one text
   */
  readonly form: 'bert' | 'llama' | 'pair'
  /** of the form "pair", for published models */
  readonly template?: PairTemplate
  /**
   * How a pair of the form "pair" that is too long is shortened. longest-first: query and document share the
   * room, like `truncation: "longest_first"` of Hugging Face's tokenizers, which sentence-transformers uses.
   * By default the document is shortened before the query
   */
  readonly cut?: 'longest-first'
  /** maximal tokens of query, title and summary together, special tokens included */
  readonly maxLength: number
  readonly maxQuery: number
  readonly maxTitle: number
  readonly maxSummary: number
  /** exact-match token types, for models trained from scratch; `marks` is their key in the config.json of published models */
  readonly marks?: ExactMatch
  /**
   * the analyzer of the exact matches; `porter` by default, as in all models made before analyzers had names
   */
  readonly analyzer?: AnalyzerSpec
}

/**
 * @throws {RangeError} when the limits leave no room for a query, the numbers of the exact matches are out of
 * range, or the analyzer is unknown
 */
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
