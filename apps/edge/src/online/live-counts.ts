// The arms of experiments as they go now: users, searches and clicks, from the rows that are recorded. It is a look and no verdict: it
// has no intervals, and what it may keep is bounded.
import type { RecordedEvent, RecordedSearch } from '@disranker/experiments'

export interface ArmCounts {
  readonly experiment: string
  /** of an interleaved list one of TEAM_ARMS */
  readonly arm: string
  /** users that saw the arm; at least so many where `full` says so */
  readonly units: number
  readonly searches: number
  /** searches with a click; of an interleaved list, searches in which more of the clicks were on documents of this arm */
  readonly clicked: number
  /** documents that were clicked, each once a search */
  readonly clicks: number
  /** more came than is kept: units are counted no further, and clicks on older searches are not known */
  readonly full: boolean
}

export interface LiveCounts {
  search(row: RecordedSearch): void
  event(row: RecordedEvent): void
  /** of one experiment; the holdout among them */
  arms(experiment: string): readonly ArmCounts[]
}

interface Counter {
  readonly units: Set<string>
  searches: number
  clicked: number
  clicks: number
  full: boolean
}

/** A search of which more may be heard. */
interface Open {
  readonly experiment: string
  readonly arm: string
  /** of an interleaved list: the documents of the second team; undefined elsewhere */
  readonly second: ReadonlySet<string> | undefined
  readonly documents: ReadonlySet<string>
  readonly clicked: Set<string>
}

const MOST = 20_000
/** searches of which only clicks are known yet; a search is written some seconds after its answer at most */
const EARLY = 2_000
const EARLY_CLICKS = 20

/** the arms of an interleaved list, as its teams are called */
export const TEAM_ARMS = ['a', 'b'] as const

/** @param most searches that are remembered for their clicks, and users of an arm */
export function createLiveCounts(most = MOST): LiveCounts {
  const counters = new Map<string, Map<string, Counter>>()
  /** a search in each experiment that it takes part in */
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

/** The arm that a search counts for: the only one when there is a click, or the team with more of them. */
function leader({ second, clicked }: Open): 0 | 1 | undefined {
  if (second === undefined) return clicked.size > 0 ? 0 : undefined
  const ofSecond = [...clicked].filter((document) => second.has(document)).length
  const lead = 2 * ofSecond - clicked.size
  return lead === 0 ? undefined : lead > 0 ? 1 : 0
}
