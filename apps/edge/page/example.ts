// What the page searches in: /example.json, written by commands/assets/example.ts.

import type { AnalyzerSpec } from '@disranker/lexical'

export interface ExampleDocument {
  readonly id: string
  readonly title: string
  readonly summary: string
}

export interface ExampleQuery {
  readonly id: string
  readonly text: string
  /** grade by document id; what is not there has grade 0 */
  readonly grades: Readonly<Record<string, number>>
  /** how it was chosen, where it was chosen by what the model makes of it */
  readonly note?: string
}

export interface Example {
  /** the example that comes with the code, not somebody's own corpus: the world may see it */
  readonly embedded: boolean
  readonly documents: readonly ExampleDocument[]
  /** what the words of its texts are; porter where none is named */
  readonly analyzer?: AnalyzerSpec
  /** how many documents the corpus has; the page may carry only a part */
  readonly corpusSize: number
  /**
   * The one that the page opens with: of validation, one of a typical gain. Then queries of the test split, evenly spaced, chosen
   * without a look at how they rank.
   */
  readonly queries: readonly ExampleQuery[]
  /** whose texts these are, in one sentence */
  readonly attribution: string
}
