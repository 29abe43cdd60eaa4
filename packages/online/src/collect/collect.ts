// Copies new and changed files of records to this machine. A file is complete or absent, so running it again
// continues a stopped collection.
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InputError, type Progress, writeWholeFile } from '@disranker/stage'
import { isParquet, linesName, linesOfParquet } from './json-lines.ts'
import type { RecordSource } from './record-source.ts'

export interface CollectOptions {
  readonly source: RecordSource
  /** the folder that `pairs` and `experiment` read */
  readonly into: string
  readonly since?: Date | undefined
  readonly signal?: AbortSignal
  readonly say?: Progress['say']
}

export interface Collected {
  readonly brought: number
  readonly known: number
  /** files whose rows have moved to other files of the source */
  readonly removed: number
}

/**
 * the copied files, and the state of their source; its name begins with a dot, so that it is not read as a
 * table
 */
const STATE = '.collected.json'

/** @throws {InputError} the source cannot be read; files that were already copied stay */
export async function collect({
  source,
  into,
  since,
  signal,
  say = () => {},
}: CollectOptions): Promise<Collected> {
  mkdirSync(into, { recursive: true })
  const tags = readState(into)
  const counts = { brought: 0, known: 0, removed: 0 }
  /** local name of a file -> its name in the source */
  const names = new Map<string, string>()
  try {
    for await (const file of source.list(since)) {
      signal?.throwIfAborted()
      const { name, tag } = file
      if (name.split('/').some((part) => part === '..' || part === ''))
        throw new InputError(
          `${source.name} has a file of the name ${JSON.stringify(name)}, which is refused.`,
        )
      const lines = linesName(name)
      const other = names.get(lines)
      if (other !== undefined)
        throw new InputError(
          `${source.name} has ${other} and ${name}, which would both be kept as ${lines}. Rename one of them.`,
        )
      names.set(lines, name)
      const path = join(into, lines)
      const key = `${source.name} ${name}`
      if (tags[key] === tag && existsSync(path)) {
        counts.known++
        continue
      }
      mkdirSync(dirname(path), { recursive: true })
      const part = join(dirname(path), `.${name.split('/').at(-1)}.part`)
      await pipeline(await source.read(file), createWriteStream(part), { signal })
      if (isParquet(name)) await keepLines(part, path, signal)
      else renameSync(part, path)
      tags[key] = tag
      writeState(into, tags)
      counts.brought++
      say(`collect: ${name}`)
    }
    // last: a stop in between can duplicate rows, which their ids reveal, but never lose any
    if (source.rewrites && since === undefined) {
      const listed = new Set(names.values())
      // a missing table may be temporarily unavailable: its rows stay
      const tables = new Set([...listed].map(tableOf))
      for (const key of Object.keys(tags)) {
        const name = key.slice(source.name.length + 1)
        if (!key.startsWith(`${source.name} `) || listed.has(name) || !tables.has(tableOf(name))) continue
        rmSync(join(into, linesName(name)), { force: true })
        delete tags[key]
        counts.removed++
      }
      writeState(into, tags)
    }
  } catch (error) {
    if (error instanceof InputError || signal?.aborted) throw error
    throw new InputError(
      `${source.name} could not be read: ${error instanceof Error ? error.message : String(error)}. ${counts.brought} files were brought and stay. Run the same command again to continue.`,
      { cause: error },
    )
  }
  return counts
}

/** Writes the rows of the Parquet file `part` as the JSON lines `path`; `part` is deleted. */
async function keepLines(part: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  const lines = `${part}.lines`
  await pipeline(linesOfParquet(part), createWriteStream(lines), { signal })
  renameSync(lines, path)
  rmSync(part)
}

const tableOf = (name: string) => name.split('/')[0]

const writeState = (into: string, tags: Readonly<Record<string, string>>) =>
  writeWholeFile(join(into, STATE), `${JSON.stringify(tags, undefined, 1)}\n`)

function readState(into: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(join(into, STATE), 'utf8')) as Record<string, string>
  } catch {
    return {}
  }
}
