// The record of a search: a query of User Behavior Insights 1.3 (ubisearch.dev), with the data for the
// analysis in its `query_attributes.disranker`. The Worker writes it; the report and the next training read
// it.
import type { Experiment } from './experiment.ts'

export interface RecordedSearch {
  readonly query_id: string
  readonly client_id?: string
  readonly session_id?: string
  readonly application?: string
  /** only if the operator allows query text to be recorded */
  readonly user_query?: string
  /** ISO 8601, UTC */
  readonly timestamp: string
  /** ids of all documents, in the order shown */
  readonly query_response_object_ids: readonly string[]
  readonly query_attributes: { readonly disranker: Shown }
}

export interface Shown {
  readonly model: string
  readonly version?: string
  /** for each document shown: its rank in the request, from 0 */
  readonly before: readonly number[]
  /** of the ranking, as the server's clock saw it */
  readonly milliseconds?: number
  /** the model could not rank, or not in time, and the order of the request was shown */
  readonly unranked?: true
  /** one for each experiment of the search */
  readonly experiments?: readonly Participation[]
}

/** The part of a search in an experiment. */
export interface Participation {
  readonly name: string
  readonly arm: string
  readonly design: Experiment['design']
  /** the unit, in its recorded form: hashed unless the operator chose otherwise */
  readonly unit: string
  /** for the design `team-draft`: `a` or `b` for each position */
  readonly teams?: string
  /** for the design `explore`: the probability that each document is shown at its position */
  readonly propensities?: readonly number[]
}

/** A recorded event of User Behavior Insights 1.3. */
export interface RecordedEvent {
  /** a duplicate of the event has the same id, and counts once */
  readonly event_id: string
  readonly action_name: string
  readonly query_id: string
  readonly client_id?: string
  readonly session_id?: string
  readonly timestamp: string
  readonly event_attributes: {
    readonly object: { readonly object_id: string }
    /** from 1 */
    readonly position?: { readonly ordinal: number }
    /** how long the user stayed on the document */
    readonly dwell_ms?: number
  }
}
