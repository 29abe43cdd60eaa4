// Counts the arms of running experiments: users, searches and clicks, from the recorded rows. These are
// counts without intervals and without a verdict, and their memory is bounded.
import type { RecordedEvent, RecordedSearch } from '@disranker/experiments'

export interface ArmCounts {
  readonly experiment: string
  /** name of the arm; for an interleaved list one of TEAM_ARMS */
  readonly arm: string
  /** number of users that saw the arm; a lower bound if `full` is set */
  readonly units: number
  readonly searches: number
  /** searches with a click; for an interleaved list, searches with more clicks on documents of this arm */
  readonly clicked: number
  /** clicked documents, each once a search */
  readonly clicks: number
  /** the bound was reached: units are no longer counted, and clicks on older searches are ignored */
  readonly full: boolean
}

export interface LiveCounts {
  search(row: RecordedSearch): void
  event(row: RecordedEvent): void
  /** of one experiment; including the holdout */
  arms(experiment: string): readonly ArmCounts[]
}

interface Counter {
  readonly units: Set<string>
  searches: number
  clicked: number
  clicks: number
  full: boolean
}

/** A search that may still get clicks. */
interface Open {
  readonly experiment: string
  readonly arm: string
  /** for an interleaved list: the documents of the second team */
  readonly second: ReadonlySet<string> | undefined
  readonly documents: ReadonlySet<string>
  readonly clicked: Set<string>
}

const MOST = 20_000
/**
 * maximal searches of which only clicks are known yet; a search is written within some seconds of its answer
 */
const EARLY = 2_000
const EARLY_CLICKS = 20

/** the arms of an interleaved list, named after its teams */
export const TEAM_ARMS = ['a', 'b'] as const

/** @param most maximal searches whose clicks are counted, and users of an arm */
export function createLiveCounts(most = MOST): LiveCounts {
  const counters = new Map<string, Map<string, Counter>>()
  /** a search in each of its experiments */
  const open = new Map<string, readonly Open[]>()
  /** documents that were clicked before their search was written */
  const early = new Map<string, string[]>()

  function counterOf(experiment: string, arm: string): Counter {
    const arms = counters.get(experiment) ?? new Map<string, Counter>()
    counters.set(experiment, arms)
    const found = arms.get(arm) ?? { units: new Set(), searches: 0, clicked: 0, clicks: 0, full: false }
    arms.set(arm, found)
    return found
  }

  function click(search: Open, document: string): void {
    if (!search.documents.has(document) || search.clicked.has(document)) return
    const before = leader(search)
    search.clicked.add(document)
    const arms = armsOf(search)
    counterOf(search.experiment, arms[search.second?.has(document) ? 1 : 0]!).clicks++
    const after = leader(search)
    if (before !== undefined && before !== after) counterOf(search.experiment, arms[before]!).clicked--
    if (after !== undefined && before !== after) counterOf(search.experiment, arms[after]!).clicked++
  }

  function remember(query: string, document: string): void {
    const documents = early.get(query) ?? []
    if (documents.length < EARLY_CLICKS && !documents.includes(document)) documents.push(document)
    early.set(query, documents)
    if (early.size > EARLY) early.delete(early.keys().next().value!)
  }

  const armsOf = ({ arm, second }: Open): readonly string[] => (second === undefined ? [arm] : TEAM_ARMS)

  return {
    search({ query_id, query_response_object_ids: documents, query_attributes }) {
      const { experiments = [] } = query_attributes.disranker
      const clicked = early.get(query_id) ?? []
      early.delete(query_id)
      if (experiments.length === 0 || open.has(query_id)) return
      const searches = experiments.map((part): Open => {
        const { name: experiment, arm, unit, teams } = part
        const second =
          teams === undefined ? undefined : new Set(documents.filter((_, at) => teams[at] === 'b'))
        const search = { experiment, arm, second, documents: new Set(documents), clicked: new Set<string>() }
        for (const one of armsOf(search)) {
          const counter = counterOf(experiment, one)
          counter.searches++
          if (counter.units.size < most) counter.units.add(unit)
          else if (!counter.units.has(unit)) counter.full = true
        }
        return search
      })
      if (open.size >= most) {
        const [oldest, lost] = open.entries().next().value!
        for (const { experiment, arm } of lost) counterOf(experiment, arm).full = true
        open.delete(oldest)
      }
      open.set(query_id, searches)
      for (const search of searches) for (const document of clicked) click(search, document)
    },
    event({ query_id, action_name, event_attributes }) {
      if (action_name !== 'click') return
      const document = event_attributes.object.object_id
      const searches = open.get(query_id)
      for (const search of searches ?? []) click(search, document)
      if (searches === undefined) remember(query_id, document)
    },
    arms: (experiment) =>
      [...(counters.get(experiment) ?? [])].map(([arm, { units, ...counts }]) => ({
        experiment,
        arm,
        units: units.size,
        ...counts,
      })),
  }
}

/** The arm that a search counts for: the only one if it has a click, or the team with more clicks. */
function leader({ second, clicked }: Open): 0 | 1 | undefined {
  if (second === undefined) return clicked.size > 0 ? 0 : undefined
  const ofSecond = [...clicked].filter((document) => second.has(document)).length
  const lead = 2 * ofSecond - clicked.size
  return lead === 0 ? undefined : lead > 0 ? 1 : 0
}
