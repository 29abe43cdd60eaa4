// turbo as a child: its lines go into the log and, one by one, to a listener. Ctrl-C on a terminal reaches it and the stages below it
// directly, because they are in the same process group; other signals are forwarded.
import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants, setPriority } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StageDefinition } from '@disranker/stage'

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

export interface Child {
  /** the exit code; 128 and more if a signal ended it */
  readonly ended: Promise<number>
  stop(signal: NodeJS.Signals): void
}

export interface TurboRun {
  /** arguments after `turbo run` */
  readonly words: readonly string[]
  /** at the lowest priority */
  readonly low?: boolean
  /** @param task like `@disranker/student#distil`; undefined for turbo's own lines */
  onLine(text: string, task?: string): void
}

/** Arguments for exactly these stages: turbo's graph has none of their other inputs. */
export const only = (stages: readonly StageDefinition[]): string[] => ['source', ...named(stages), '--only']

/** Arguments for these stages and all of their inputs. */
export const named = (stages: readonly StageDefinition[]): string[] =>
  stages.map(({ home, name }) => `@disranker/${home}#${name}`)

/** Runs tasks of the checkout. */
export function startTurbo({ words, low = false, onLine }: TurboRun): Child {
  return startChild([turboBin(), 'run', ...words, '--json', '--output-logs=new-only'], {
    low,
    onLine(line) {
      const { source, text } = readLine(line)
      onLine(text, source)
    },
  })
}

const turboBin = () =>
  join(dirname(createRequire(import.meta.url).resolve('turbo/package.json')), 'bin/turbo')

interface TurboLine {
  readonly source?: string
  readonly text: string
}

/** Lines that turbo could not write as JSON, such as a crash, are reported separately. */
function readLine(line: string): TurboLine {
  try {
    const { source, text } = JSON.parse(line) as Required<TurboLine>
    return source === 'turbo' ? { text } : { source, text }
  } catch {
    return { text: line }
  }
}

/** Names of the stages with cached results, which need not run. */
export async function unchangedStages(words: readonly string[]): Promise<ReadonlySet<string>> {
  const lines: string[] = []
  const child = startChild([turboBin(), 'run', ...words, '--dry=json'], {
    onLine: (line) => lines.push(line),
  })
  if ((await child.ended) !== 0) return new Set()
  const { tasks } = JSON.parse(lines.join('\n')) as {
    tasks: { taskId: string; cache: { status: string } }[]
  }
  const hits = tasks.filter(({ cache }) => cache.status === 'HIT')
  return new Set(hits.map(({ taskId }) => taskId.slice(taskId.indexOf('#') + 1)))
}

/** Runs a module of this checkout with this Node. */
export function startChild(
  words: readonly string[],
  { low = false, onLine }: { readonly low?: boolean; onLine(line: string): void },
): Child {
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env: { ...process.env, PATH: pathWithBins() },
    stdio: ['inherit', 'pipe', 'pipe'],
  })
  if (low) lower(child)
  const read = [child.stdout, child.stderr].map(
    (input) =>
      new Promise<void>((resolve) => createInterface({ input }).on('line', onLine).once('close', resolve)),
  )
  const code = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
  return {
    ended: code.then(async (code) => {
      await Promise.all(read)
      return code
    }),
    stop: (signal) => void child.kill(signal),
  }
}

/** Child processes inherit the priority. */
function lower({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
}

/** npm adds these folders to PATH for its scripts; the `node` in them is the one that runs TypeScript. */
const pathWithBins = () => [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)
