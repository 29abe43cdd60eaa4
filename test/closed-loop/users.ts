// Users of the shop: they search through the rerank API and send their events as `/ubi.js` does.
import { uniformsOf } from '@disranker/experiments'
import { clicksOn, documents, firstStage, type PlantedQuery } from './world.ts'

const texts = new Map(documents.map(({ id, title, summary }) => [id, { id, title, text: summary }]))
/** searches of one user */
const SEARCHES = 3
/** searches at once */
const TOGETHER = 4

interface Ranked {
  readonly shown: readonly string[]
  readonly ubi?: { readonly query_id: string; readonly impression: string }
}

/** One ranking by the served model of this name. @throws {Error} it is not answered 200 */
export async function rank(
  url: string,
  query: string,
  found: readonly string[],
  more: { readonly model?: string; readonly ubi?: object } = {},
): Promise<Ranked> {
  const body = { model: 'disranker', query, documents: found.map((id) => texts.get(id)), ...more }
  const answer = await fetch(`${url}/v1/rerank`, { method: 'POST', body: JSON.stringify(body) })
  if (answer.status !== 200) throw new Error(`A search was answered ${answer.status}: ${await answer.text()}`)
  const { results, ubi } = (await answer.json()) as {
    results: { index: number }[]
    ubi?: { query_id: string; impression: string }
  }
  return { shown: results.map(({ index }) => found[index]!), ...(ubi && { ubi }) }
}

export interface Visits {
  readonly url: string
  readonly queries: readonly PlantedQuery[]
  /** in the whole */
  readonly searches: number
  /** the name under which an experiment knows them */
  readonly application: string
}

/** @returns clicks that the server acknowledged */
export async function visit({ url, queries, searches, application }: Visits): Promise<number> {
  const uniform = uniformsOf(`users ${application}`)
  let [begun, clicks] = [0, 0]
  async function search(): Promise<void> {
    const user = `${application}-${Math.floor(begun / SEARCHES)}`
    const query = queries[Math.floor(uniform() * queries.length)]!
    const ids = { client_id: user, session_id: `${user}-visit`, application }
    const { shown, ubi } = await rank(url, query.text, firstStage(query, uniform), { ubi: ids })
    const events = clicksOn(query, shown, uniform).flatMap((position) =>
      ['click', 'view'].map((action_name) => ({
        action_name,
        event_id: crypto.randomUUID(),
        query_id: ubi!.query_id,
        session_id: ids.session_id,
        client_id: user,
        timestamp: Date.now(),
        event_attributes: {
          object: { object_id: shown[position]! },
          token: ubi!.impression,
          ...(action_name === 'view' && { dwell_ms: 40_000 }),
        },
      })),
    )
    if (events.length === 0) return
    // a beacon: plain text
    const sent = await fetch(`${url}/v1/events`, { method: 'POST', body: JSON.stringify(events) })
    if (sent.status !== 202) throw new Error(`Events were answered ${sent.status}: ${await sent.text()}`)
    clicks += events.length / 2
  }
  const worker = async () => {
    while (begun < searches) {
      begun++
      await search()
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, worker))
  return clicks
}
