// Runs stages in a child process, with a plan that is updated from their output.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FAILURE, type Failure } from '@disranker/stage'
import type { RunLog } from './run-log.ts'
import type { RunPlan } from './run-plan.ts'
import { type Child, ROOT, startTurbo } from './turbo.ts'

/** A stage that failed, with its own message. */
export class StageFailed extends Error {}

/** The user asked the run to end. */
class Stopped extends Error {}

/** The current child, and whether the user asked the run to end. */
export interface Children {
  readonly children: Set<Child>
  isStopped(): boolean
}

export interface Running extends Children {
  readonly plan: RunPlan
  readonly log: RunLog
  /** called when a stage has ended */
  ended?(name: string): void
  /** called when a stage has begun to compute, not when its result is reused */
  began?(name: string): void
  /** called with messages that the user must see at once */
  notice?(line: string): void
}

/** number of lines that are shown of a stage without its own message */
const SHOWN = 6
/** a second run in the checkout waits for the first */
const WAITS = /another run works in this checkout.*$/
/** the first line of a stage that runs without turbo */
export const BEGINS = 'begins'

/**
 * Runs tasks of turbo.
 * @param words arguments after `turbo run`
 * @param low at the lowest priority
 * @throws {StageFailed} with the message of the stage that failed
 */
export const runStages = (words: readonly string[], running: Running, low = false): Promise<void> =>
  follow(
    (hear) =>
      startTurbo({
        words,
        low,
        onLine: (text, task) => hear(text, task?.slice(task.indexOf('#') + 1)),
      }),
    running,
  )

/**
 * Follows a child until it ends.
 * @param start starts the child; it reports each line with its stage
 * @throws {StageFailed} with the message of the stage that failed
 */
export async function follow(
  start: (hear: (text: string, stage?: string) => void) => Child,
  running: Running,
): Promise<void> {
  const { plan, log } = running
  const failure = join(ROOT, `.cache/disranker/failure-${process.pid}.json`)
  mkdirSync(dirname(failure), { recursive: true })
  rmSync(failure, { force: true })
  process.env[FAILURE] = failure
  let last: string | undefined
  // all stages that wait for the same other run print it
  const said = new Set<string>()
  const notice = (line: string) => {
    if (!said.has(line)) running.notice?.(line)
    said.add(line)
  }
  const child = start((text, stage) => {
    log.write(text, stage)
    if (stage === undefined) return
    last = stage
    hearStage(stage, text, { ...running, notice })
  })
  if ((await runChild(child, running)) === 0) return
  const { stage = last, message } = takeFailure(failure) ?? {}
  if (stage !== undefined) plan.end(stage, 'failed')
  throw new StageFailed(`${stage ?? 'turbo'} failed. ${message ?? log.tail(stage, SHOWN).join('\n')}`)
}

/**
 * Waits for a child while signals are forwarded to it.
 * @returns its exit code
 * @throws {Stopped} with any exit code: turbo may end with 0 when it was interrupted
 */
export async function runChild(child: Child, { children, isStopped }: Children): Promise<number> {
  children.add(child)
  try {
    const code = await child.ended
    if (isStopped()) throw new Stopped()
    return code
  } finally {
    children.delete(child)
  }
}

/** Reads the lines of a stage and of turbo. */
function hearStage(name: string, text: string, { plan, ended, began, notice }: Running): void {
  const is = (...beginnings: string[]) => beginnings.some((beginning) => text.startsWith(beginning))
  if (is('cache miss', `${name}: ${BEGINS}`)) {
    plan.begin(name)
    began?.(name)
  } else if (is('cache hit', `${name}: done in `, `${name}: already complete`)) {
    // a run of several parts gets lines of the same stage in each, and of tasks that are not stages
    if (plan.end(name)) ended?.(name)
  } else if (WAITS.test(text)) {
    plan.wait(name)
    notice?.(WAITS.exec(text)![0])
  } else {
    plan.begin(name)
    plan.hear(name, text)
  }
}

function takeFailure(file: string): Failure | undefined {
  if (!existsSync(file)) return undefined
  const found = JSON.parse(readFileSync(file, 'utf8')) as Failure
  rmSync(file)
  return found
}
