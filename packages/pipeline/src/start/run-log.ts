// The log file with every line of npm, turbo and the stages.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT } from './turbo.ts'

export interface RunLog {
  /** its path, relative to the working directory */
  readonly file: string
  write(line: string, stage?: string): void
  /** the last lines of a stage, or of lines without a stage */
  tail(stage: string | undefined, lines: number): string[]
}

const KEPT = 50 // lines of each stage

/** @param name of the file, which replaces that of an earlier run */
export function openRunLog(name: string): RunLog {
  const path = join(ROOT, '.cache/disranker', `${name}.log`)
  const file = relative(process.cwd(), path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '')
  const last = new Map<string | undefined, string[]>()
  return {
    file,
    write(line, stage) {
      // lines of stages begin with their names
      const text = stage === undefined || line.startsWith(`${stage}: `) ? line : `${stage}: ${line}`
      appendFileSync(path, `${text}\n`)
      last.set(stage, [...(last.get(stage) ?? []), line].slice(-KEPT))
    },
    tail: (stage, lines) => (last.get(stage) ?? []).slice(-lines),
  }
}
