// The time that a ranking spends in each stage, for server-timing and traces. A ranking may alternate with others, so each stage
// sums its parts. On Cloudflare the clock does not advance during computation, only with the next event: a stage then has the
// time between events. In Node and in a local workerd it has all of its time.

const STAGES = ['queue', 'tokenise', 'compute'] as const
export type StageName = (typeof STAGES)[number]

export interface Stage {
  readonly name: StageName
  /** ms since 1970: the start of its first part, and the end of its last */
  readonly began: number
  readonly ended: number
  /** ms of all parts together */
  readonly milliseconds: number
}

export interface Stages {
  /** in the order of STAGES, those that took place */
  readonly all: readonly Stage[]
  /** Runs and measures one part of a stage. */
  time<Result>(name: StageName, turn: () => Result): Result
}

/** @param now ms since 1970 */
export function createStages(now: () => number = Date.now): Stages {
  const stages = new Map<StageName, Stage>()
  const add = (name: StageName, began: number) => {
    const ended = now()
    const before = stages.get(name) ?? { began, milliseconds: 0 }
    stages.set(name, { name, began: before.began, ended, milliseconds: before.milliseconds + ended - began })
  }
  return {
    get all() {
      return STAGES.flatMap((name) => stages.get(name) ?? [])
    },
    time(name, turn) {
      const began = now()
      let result: ReturnType<typeof turn>
      try {
        result = turn()
      } catch (error) {
        add(name, began)
        throw error
      }
      if (result instanceof Promise) return result.finally(() => add(name, began)) as typeof result
      add(name, began)
      return result
    },
  }
}

/** The value of the header server-timing: `queue;dur=3, tokenise;dur=1, compute;dur=40, total;dur=46`. */
export function serverTiming(stages: Stages, total: number): string {
  return [
    ...stages.all.map(({ name, milliseconds }) => [name, milliseconds] as const),
    ['total', total] as const,
  ]
    .map(([name, milliseconds]) => `${name};dur=${Number(milliseconds.toFixed(1))}`)
    .join(', ')
}
