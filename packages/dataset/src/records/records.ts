// The records every stage reads. A folder `out/pairs` holds
//   documents.jsonl            Document
//   queries.jsonl              Query, of all splits and origins
//   clicks.jsonl               ClickPair, train queries only
//   facts.json                 LogFacts: what recipes may take from the log
//   query-views.jsonl          how often test queries were asked, where the log has them (query-views.ts)
//   qrels.{train,validation,test,weak}.txt        TREC qrels: query 0 document grade
//   candidates.{train,validation,test,weak}.run   TREC runs: query Q0 document rank score tag
//   first-stage.{train,validation,test}.run       TREC runs of the first stage alone
// so that any TREC tool can read what matters.

export interface Document {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly url?: string
}

/** `weak` queries are texts whose document is known without a person having judged it; they only ever train. */
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

/** What stands under a query's id. A map is one; what a stage left is another, which holds columns and no objects. */
export interface ByQuery<Value> extends Iterable<readonly [string, Value]> {
  readonly size: number
  has(query: string): boolean
  get(query: string): Value | undefined
  keys(): Iterable<string>
}

/** grade by document id by query id; what is not there has grade 0 */
export type Judgements = ByQuery<ReadonlyMap<string, number>>

export interface Scored {
  readonly document: string
  readonly score: number
  /** of a candidate that the pairs stage added to what the first stage found; its score says nothing */
  readonly added?: true
}

/** documents in falling order of score, by query id */
export type Run = ByQuery<readonly Scored[]>

/** Numbers, 0 .. length - 1, that stand for ids. */
export interface Numbering {
  readonly length: number
  idOf(number: number): string
  /** -1 for an id that is not there */
  numberOf(id: string): number
}

/** Records in a file, one read when it is asked for. */
export interface Records<Record> extends Numbering, Iterable<Record> {
  at(number: number): Record
  get(id: string): Record | undefined
  has(id: string): boolean
  /** Lets go of the file; every other call fails then. */
  close(): void
}
