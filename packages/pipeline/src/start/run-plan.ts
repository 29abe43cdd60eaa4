// The progress of a run and its remaining time: the longest chain of remaining stages. A stage is expected to
// take as long as last time, or as on the reference machine; the pace of this run corrects both.
import { readProgress } from '@disranker/stage'

export interface PlannedStage {
  readonly name: string
  /** names of stages of this plan that it waits for */
  readonly after: readonly string[]
  /** seconds */
  readonly expected: number
}

export interface StageState extends PlannedStage {
  /** unchanged: its last result is reused */
  readonly status: 'waiting' | 'running' | 'done' | 'unchanged' | 'failed'
  /** seconds that it has run */
  readonly seconds: number
  /** its last progress text, like "114/300 steps (38 %)" */
  readonly said?: string
}

export interface RunPlan {
  /** It computes from now on, if it has waited so far. */
  begin(name: string): void
  /** It had begun, but waits for another run: the time until it begins again does not count. */
  wait(name: string): void
  /** Reads a line that a stage printed. */
  hear(name: string, line: string): void
  /** @returns whether it is a stage of this plan that had not ended before */
  end(name: string, status?: 'done' | 'failed'): boolean
  stages(): StageState[]
  /** seconds until the last stage ends */
  left(): number
  /** seconds since it was made */
  passed(): number
  /** 0 .. 1, by time */
  share(): number
}

interface Entry {
  status: StageState['status']
  /** it has begun to compute */
  computed?: true
  began: number
  ended: number
  said?: string
  /** when its current work will be done, at its own pace */
  due?: number
}

/**
 * weight of the expectation against the measured time, so that one short stage changes little: minimum in
 * seconds, share of all
 */
const PRIOR = { least: 8, share: 0.02 }

/** share of a stage's work from which on its own pace is used */
const TOLD = 0.1

/** @param now milliseconds */
export function createRunPlan(planned: readonly PlannedStage[], now: () => number = Date.now): RunPlan {
  const began = now()
  const all = planned.reduce((sum, { expected }) => sum + expected, 0)
  const prior = Math.max(PRIOR.least, PRIOR.share * all)
  const entries = new Map<string, Entry>(
    planned.map(({ name }) => [name, { status: 'waiting', began: 0, ended: 0 }]),
  )
  const passed = () => (now() - began) / 1000
  const seconds = ({ status, began, ended }: Entry) =>
    status === 'waiting' ? 0 : ((status === 'running' ? now() : ended) - began) / 1000
  const due = ({ due }: Entry) => (due === undefined ? 0 : Math.max(0, (due - now()) / 1000))
  /** factor of measured to expected time */
  const pace = () => {
    let [took, expected] = [prior, prior]
    for (const stage of planned) {
      const entry = entries.get(stage.name)!
      const projected = seconds(entry) + (entry.status === 'running' ? due(entry) : 0)
      const known = entry.status === 'done' || entry.due !== undefined || projected > stage.expected
      if (!known) continue
      took += projected
      expected += stage.expected
    }
    return took / expected
  }
  const leftOf = (stage: PlannedStage, pace: number) => {
    const entry = entries.get(stage.name)!
    if (entry.status === 'waiting') return stage.expected * pace
    return entry.status === 'running' ? Math.max(due(entry), stage.expected * pace - seconds(entry), 0.5) : 0
  }
  const left = () => {
    const factor = pace()
    const ends = new Map<string, number>()
    // a plan is in the order of the pipeline, so stages that a stage waits for come before it
    for (const stage of planned) {
      const from = Math.max(0, ...stage.after.map((name) => ends.get(name) ?? 0))
      ends.set(stage.name, from + leftOf(stage, factor))
    }
    return Math.max(0, ...ends.values())
  }
  return {
    begin(name) {
      const entry = entries.get(name)
      if (entry?.status === 'waiting')
        Object.assign(entry, { status: 'running', computed: true, began: now() })
    },
    wait(name) {
      const entry = entries.get(name)
      if (entry?.status === 'running') entry.status = 'waiting'
    },
    hear(name, line) {
      const entry = entries.get(name)
      const progress = readProgress(line)
      if (entry === undefined || progress === undefined) return
      entry.said = progress.said
      // the first steps are slow and not representative
      if (progress.share >= TOLD) entry.due = now() + progress.left * 1000
    },
    end(name, status = 'done') {
      const entry = entries.get(name)
      if (entry === undefined || entry.status === 'done' || entry.status === 'unchanged') return false
      if (entry.status !== 'running') entry.began = now()
      const unchanged = status === 'done' && !entry.computed
      Object.assign(entry, { status: unchanged ? 'unchanged' : status, ended: now() })
      return true
    },
    stages: () =>
      planned.map((stage) => {
        const { status, said, ...entry } = entries.get(stage.name)!
        return {
          ...stage,
          status,
          seconds: seconds({ status, ...entry }),
          ...(said !== undefined && { said }),
        }
      }),
    left,
    passed,
    share: () => passed() / Math.max(passed() + left(), 1e-9),
  }
}
