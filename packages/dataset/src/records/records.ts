// The records every stage reads. A folder `out/pairs` holds
//   documents.jsonl            Document
//   queries.jsonl              Query, of all splits and origins
//   clicks.jsonl               ClickPair, train queries only
//   facts.json                 LogFacts: from which recipes derive `'auto'` values
//   query-views.jsonl          views of test queries, if the log has them (query-views.ts)
//   qrels.{train,validation,test,weak}.txt        TREC qrels: query 0 document grade
//   candidates.{train,validation,test,weak}.run   TREC runs: query Q0 document rank score tag
//   first-stage.{train,validation,test}.run       TREC runs of the first stage alone
// so that any TREC tool can read them.

export interface Document {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly url?: string
}

/** `weak` queries are texts whose document is known without a human judgement; they are only for training. */
export type Split = 'train' | 'validation' | 'test' | 'weak'

export interface Query {
  readonly id: string
  readonly text: string
  readonly split: Split
}

export interface ClickPair {
  readonly query: string
  readonly document: string
  /** clipped inverse-propensity weight, summed over the clicks */
  readonly weight: number
  readonly clicks: number
  readonly impressions: number
}

/** A lookup by query id. A Map is one; the output of a stage is another, which holds columns and no objects. */
export interface ByQuery<Value> extends Iterable<readonly [string, Value]> {
  readonly size: number
  has(query: string): boolean
  get(query: string): Value | undefined
  keys(): Iterable<string>
}

/** grade by document id by query id; missing documents have grade 0 */
export type Judgements = ByQuery<ReadonlyMap<string, number>>

export interface Scored {
  readonly document: string
  readonly score: number
  /** of a candidate that the pairs stage added to the first-stage results; its score means nothing */
  readonly added?: true
}

/** documents in falling order of score, by query id */
export type Run = ByQuery<readonly Scored[]>

/** Maps ids to numbers, 0 .. length - 1, and back. */
export interface Numbering {
  readonly length: number
  idOf(number: number): string
  /** -1 for an unknown id */
  numberOf(id: string): number
}

/** Records in a file, each read on demand. */
export interface Records<Record> extends Numbering, Iterable<Record> {
  at(number: number): Record
  get(id: string): Record | undefined
  has(id: string): boolean
  /** Closes the file; every other call fails afterwards. */
  close(): void
}
