// The record of a ranking, and the part of its answer that lets events be credited to it.
import { LONGEST_LABEL, type RecordedSearch, signImpression } from '@disranker/experiments'
import type { Answer } from '../ranking/respond.ts'
import type { Chosen } from './choose-arms.ts'
import type { Recording } from './recording.ts'
import type { UbiRequest } from './ubi-request.ts'

export interface Showing {
  readonly ubi: UbiRequest
  readonly queryId: string
  readonly chosen: readonly Chosen[]
}

/** Headers of a recorded answer. */
export const QUERY_ID_HEADER = 'x-disranker-query-id'
export const IMPRESSION_HEADER = 'x-disranker-impression'
export const SHOWN_ARM_HEADER = 'x-disranker-arm'

const armsOf = ({ chosen }: Showing) => chosen.map(({ experiment, arm }) => `${experiment.name}/${arm.name}`)

/** Ids of the documents in an answer, in its order. */
const shownIds = ({ ubi }: Showing, { shown }: Answer) =>
  (shown?.order ?? []).map((index) => ubi.documents[index]!)

/** As many arms as fit into a token; the record of the search has all of them. */
const labelOf = (arms: readonly string[]): string =>
  arms.reduce((label, arm) => {
    const longer = label === '' ? arm : `${label}, ${arm}`
    return longer.length > LONGEST_LABEL ? label : longer
  }, '')

/** The part of the answer for the client: the id of the search, the token of the shown list, and the arms. */
export function tellImpression(showing: Showing, answer: Answer, { secrets }: Recording, now: number) {
  const arms = armsOf(showing)
  const impression = { queryId: showing.queryId, documents: shownIds(showing, answer), label: labelOf(arms) }
  return {
    query_id: showing.queryId,
    impression: signImpression(impression, secrets[0]!, now),
    ...(arms.length > 0 && { arm: arms.join(', ') }),
  }
}

export type ToldImpression = ReturnType<typeof tellImpression>

export const impressionHeaders = ({ query_id, impression, arm }: ToldImpression): Record<string, string> => ({
  [QUERY_ID_HEADER]: query_id,
  [IMPRESSION_HEADER]: impression,
  ...(arm !== undefined && { [SHOWN_ARM_HEADER]: arm }),
})

/**
 * Adds a member `ubi` to the answer, for requests that have one: as the first member of an object; an array
 * is not changed.
 */
export const withUbi = (body: string, told: ToldImpression): string =>
  body.startsWith('{"') ? `{"ubi":${JSON.stringify(told)},${body.slice(1)}` : body

/** The row for the record. @param milliseconds of the ranking */
export function searchRow(
  showing: Showing,
  answer: Answer,
  { queryText, idOf }: Recording,
  { now, milliseconds, query }: { now: number; milliseconds: number; query: string | undefined },
): RecordedSearch {
  const { ubi, queryId, chosen } = showing
  const { order = [], teams, propensities } = answer.shown ?? {}
  const text = ubi.user_query ?? query
  return {
    query_id: queryId,
    ...(ubi.client_id && { client_id: idOf(ubi.client_id) }),
    ...(ubi.session_id && { session_id: idOf(ubi.session_id) }),
    ...(ubi.application && { application: ubi.application }),
    ...(queryText && text !== undefined && { user_query: text }),
    timestamp: new Date(now).toISOString(),
    query_response_object_ids: shownIds(showing, answer),
    query_attributes: {
      disranker: {
        model: answer.model.id,
        version: answer.model.version,
        before: order,
        milliseconds,
        ...(answer.passthrough !== undefined && { unranked: true as const }),
        ...(chosen.length > 0 && {
          experiments: chosen.map(({ experiment: { name, design }, arm, unit }) => ({
            ...{ name, arm: arm.name, design, unit: idOf(unit) },
            ...(design === 'team-draft' && teams && { teams: teams.join('') }),
            ...(design === 'explore' && propensities && { propensities }),
          })),
        }),
      },
    },
  }
}
