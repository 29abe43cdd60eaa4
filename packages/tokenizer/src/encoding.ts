// How a query and a document become one sequence of tokens: plain data that travels in a model's config.json, so that
// the edge encodes as training did.
import { checkMarks, type Marks } from '@disranker/lexical'

export interface Encoding {
  /** bert: [CLS] query [SEP] title [SEP] summary [SEP]. llama: <s> query, title, summary on lines of their own </s> */
  readonly form: 'bert' | 'llama'
  /** most tokens of query, title and summary together, special tokens included */
  readonly maxLength: number
  readonly maxQuery: number
  readonly maxTitle: number
  readonly maxSummary: number
  /** exact-match marks, for models trained from scratch */
  readonly marks?: Marks
}

/** @throws {RangeError} when the limits leave no room for a query, or the marks' numbers are out of range */
export function checkEncoding({ maxLength, maxQuery, maxTitle, maxSummary, marks }: Encoding): void {
  const limits = { maxLength, maxQuery, maxTitle, maxSummary }
  for (const [name, value] of Object.entries(limits))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`encoding.${name} is ${value}; wanted a whole number from 1.`)
  if (marks !== undefined) checkMarks(marks)
  if (maxLength < maxQuery + 6)
    throw new RangeError(
      `encoding.maxLength is ${maxLength}, which leaves no room beside maxQuery ${maxQuery}: wanted at least ${maxQuery + 6}.`,
    )
}
