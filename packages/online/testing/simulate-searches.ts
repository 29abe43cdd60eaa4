// Records of simulated users with planted effects, in the Worker's format. Synthetic; for tests and
// benchmarks of the analysis.
import {
  assignArm,
  type Experiment,
  type RecordedEvent,
  type RecordedSearch,
  teamDraft,
  uniformsOf,
} from '@disranker/experiments'

export interface Simulation {
  readonly seed: string
  readonly experiment: Experiment
  readonly users: number
  /** click probability of each position of an arm's list, for a user of average interest */
  readonly clickChance: (arm: string, position: number) => number
}

const DAY = 86_400_000
const LIST = 6

/** Searches and events, some before the start of the experiment. */
export function simulateSearches({ seed, experiment, users, clickChance }: Simulation) {
  const searches: RecordedSearch[] = []
  const events: RecordedEvent[] = []
  const [from, to] = [Date.parse(experiment.start), Date.parse(experiment.end)]
  for (let user = 0; user < users; user++) {
    const client = `client-${user}`
    const uniform = uniformsOf(`${seed}:${client}`)
    const interest = 0.4 + 1.2 * uniform()
    const count = Math.min(40, 1 + Math.floor((1 - uniform()) ** -0.6))
    for (const [begin, end, during] of [
      [from - 10 * DAY, from, false],
      [from, to, true],
    ] as const)
      for (let search = 0; search < count; search++) {
        const query = `${client}-${during ? 'q' : 'before'}-${search}`
        const time = begin + uniform() * (end - begin)
        const arm = during ? assignArm(experiment, client).name : experiment.arms[0]!.name
        const drafted =
          during && experiment.design === 'team-draft'
            ? teamDraft([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], uniformsOf(query))
            : undefined
        const shown = drafted?.order ?? Array.from({ length: LIST }, (_, position) => position)
        const ids = shown.map((document) => `d${document}`)
        searches.push({
          query_id: query,
          client_id: client,
          timestamp: new Date(time).toISOString(),
          query_response_object_ids: ids,
          query_attributes: {
            disranker: {
              model: 'simulated',
              before: shown,
              ...(during && {
                experiment: {
                  name: experiment.name,
                  arm,
                  design: experiment.design,
                  unit: client,
                  ...(drafted && { teams: drafted.teams.join('') }),
                },
              }),
            },
          },
        })
        for (const position of shown.keys()) {
          const by =
            drafted === undefined ? arm : experiment.arms[drafted.teams[position] === 'a' ? 0 : 1]!.name
          if (uniform() >= interest * clickChance(by, position)) continue
          events.push({
            event_id: `${query}-${position}`,
            action_name: 'click',
            query_id: query,
            client_id: client,
            timestamp: new Date(time + 4000 * (position + 1)).toISOString(),
            event_attributes: {
              object: { object_id: ids[position]! },
              position: { ordinal: position + 1 },
              dwell_ms: Math.round(5000 + 60_000 * uniform()),
            },
          })
        }
      }
  }
  return { searches, events }
}
