// Runs the steps of a plan, several at a time, each in a separate process on one thread: that uses all cores
// better than one training on all of them. A complete step is never run again; a stopped one resumes from its
// checkpoint.
import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findManifest, InputError, type Progress } from '@disranker/stage'
import type { Step } from '../plan.ts'

export interface Running {
  /** folder of the steps' folders */
  readonly folder: string
  /** folder of the pairs stage, which steps read as `pairs` */
  readonly pairs: string
  /** the module of a step's process: calls `answerStep` */
  readonly script: string
  /** steps at a time */
  readonly processes: number
  /** no step begins later than this many seconds after the first; no limit by default */
  readonly seconds?: number
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Whether a step's folder, or that of the pairs, is complete. */
export const isComplete = (folder: string): boolean => findManifest(folder) !== undefined

/**
 * Runs all incomplete steps within the time limit.
 * @throws {InputError} when a step fails, after those that run at the same time have ended; complete ones
 * stay
 */
export async function runPlan(
  steps: readonly Step[],
  { folder, pairs, script, processes, seconds = Number.POSITIVE_INFINITY, progress, signal }: Running,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const at = (key: string) => (key === 'pairs' ? pairs : join(folder, key))
  const isDone = (key: string) => isComplete(at(key))
  const began = performance.now()
  const isLate = () => (performance.now() - began) / 1000 >= seconds
  const waiting = steps.filter(({ key }) => !isDone(key))
  const running = new Map<string, ChildProcess>()
  const stop = () => {
    for (const child of running.values()) if (child.connected) child.disconnect()
  }
  signal.addEventListener('abort', stop)
  let failed: { readonly step: Step; readonly log: string } | undefined
  let done = steps.length - waiting.length
  progress.start('study', steps.length, 'steps', done)
  try {
    await new Promise<void>((resolve) => {
      const next = () => {
        while (running.size < processes && failed === undefined && !signal.aborted && !isLate()) {
          const index = waiting.findIndex(({ inputs }) => Object.values(inputs).every(isDone))
          if (index < 0) break
          begin(waiting.splice(index, 1)[0]!)
        }
        progress.update(done, [...running.keys()].map(shortName).join(', '))
        if (running.size === 0) resolve()
      }
      const begin = (step: Step) => {
        const log = join(folder, `${step.key}.log`)
        const file = openSync(log, 'w')
        const child = fork(script, {
          stdio: ['ignore', file, file, 'ipc'],
          env: { ...process.env, DISRANKER_THREADS: '1', NO_COLOR: '1' },
        })
        closeSync(file)
        running.set(step.key, child)
        child.on('exit', () => {
          running.delete(step.key)
          if (isDone(step.key)) done++
          else if (!signal.aborted) failed ??= { step, log }
          next()
        })
        const inputs = Object.fromEntries(Object.entries(step.inputs).map(([name, key]) => [name, at(key)]))
        child.send({ stage: step.stage, recipe: step.recipe, inputs, out: at(step.key) })
      }
      next()
    })
  } finally {
    signal.removeEventListener('abort', stop)
    progress.stop()
  }
  signal.throwIfAborted()
  if (failed !== undefined)
    throw new InputError(
      `The step ${failed.step.key} failed: ${lastLines(failed.log)}\nThe whole log is ${failed.log}. The other steps are kept: fix the error and run \`npx turbo run study\` again.`,
    )
}

const shortName = (key: string) => key.replace(/-[0-9a-f]{12}$/, '')

const lastLines = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').slice(-3).join('\n')
