// Brings recorded files to this machine, those that are new or have changed. A file is whole or not there, so a stopped collection is
// continued by running it again.
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
  /** files whose rows the source has in others now */
  readonly removed: number
}

/** what was brought, and from which state of its source; its name begins with a point, so that no table is made of it */
const STATE = '.collected.json'

/** @throws {InputError} the source cannot be read; what was brought until then stays */
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
  /** name under which a file is kept -> its name in the source */
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
    // last: a stop in between leaves rows twice, which their ids tell, and never none
    if (source.rewrites && since === undefined) {
      const listed = new Set(names.values())
      // a table that is not there at all may be away: its rows stay
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

/** Rows of the Parquet file `part` as the JSON lines `path`; `part` is removed. */
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
