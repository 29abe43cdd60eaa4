// The documents in which the page searches: /example.json, written by commands/assets/example.ts.

import type { AnalyzerSpec } from '@disranker/lexical'

export interface ExampleDocument {
  readonly id: string
  readonly title: string
  readonly summary: string
}

export interface ExampleQuery {
  readonly id: string
  readonly text: string
  /** grade by document id; missing documents have grade 0 */
  readonly grades: Readonly<Record<string, number>>
  /** how it was chosen, if the model's ranking decided */
  readonly note?: string
}

export interface Example {
  /** the example that comes with the code, not the operator's corpus: it may be public */
  readonly embedded: boolean
  readonly documents: readonly ExampleDocument[]
  /** the analyzer of its texts; porter by default */
  readonly analyzer?: AnalyzerSpec
  /** number of documents in the corpus; the page may have only a part */
  readonly corpusSize: number
  /**
   * The first query of the page: a validation query with a typical gain. Then queries of the test split,
   * evenly spaced, chosen without looking at their ranking.
   */
  readonly queries: readonly ExampleQuery[]
  /** the owner of these texts, in one sentence */
  readonly attribution: string
}
