// Where a stage works until its result is complete, and how a result takes its place. Beside `out` there may lie
//   out.tmp      the work: results so far and, in scratch/, what a killed run goes on from
//   out.before   the work of another recipe, other inputs or other code, until the new work has a checkpoint of its own
//   out.old      the result before, while the new one takes its place
// Every step is a rename, so a kill between two of them leaves what the next run can finish.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findManifest } from './manifest.ts'
import { writeWholeFile } from './whole-file.ts'

/** Where files that only a resumed run needs lie, inside the work folder; removed before the folder is complete. */
export const SCRATCH = 'scratch'

/** What a checkpoint depends on: hashes, by what they are of. */
export interface Basis {
  readonly recipe: string
  readonly inputs: string
  readonly code: string
}

const WHAT: Readonly<Record<keyof Basis, string>> = {
  recipe: 'another recipe',
  inputs: 'other inputs',
  code: 'other code',
}

/** what lies in scratch/ and nothing can go on from: marks, and what a database spills */
const NO_CHECKPOINT = ['basis.json', 'seconds', 'duckdb']

const temporary = (out: string) => `${out}.tmp`
const before = (out: string) => `${out}.before`
const old = (out: string) => `${out}.old`
const remove = (path: string) => rmSync(path, { recursive: true, force: true })

/** Finishes what a kill interrupted: a complete result that had not yet taken its place takes it. */
export function settle(out: string): void {
  if (findManifest(temporary(out)) !== undefined) putInPlace(out)
  else if (!existsSync(out) && existsSync(old(out))) renameSync(old(out), out)
  else if (existsSync(out)) remove(old(out))
}

/** The work folder, complete with its manifest, becomes `out`. */
export function putInPlace(out: string): void {
  remove(join(temporary(out), SCRATCH))
  // where `out` is gone, what lies in `old` is the result before, and the new one is whole
  if (existsSync(out)) {
    remove(old(out))
    renameSync(out, old(out))
  }
  renameSync(temporary(out), out)
  remove(old(out))
  remove(before(out))
}

/**
 * Opens the work folder. The work of a killed run on the same basis is gone on with; work on another basis is laid aside
 * when it has a checkpoint, and taken up again when its basis comes back. `say` tells what was found.
 */
export function openWorkFolder(
  out: string,
  basis: Basis,
  say: (line: string) => void,
): { readonly folder: string; readonly scratch: string } {
  const folder = temporary(out)
  const scratch = join(folder, SCRATCH)
  mkdirSync(dirname(folder), { recursive: true })
  const found = readMark(folder)
  if (existsSync(folder) && !isSame(found, basis)) {
    if (isSame(readMark(before(out)), basis)) {
      say('goes back to the checkpoint that was laid aside')
      const aside = `${before(out)}.swap`
      remove(aside)
      renameSync(before(out), aside)
      layAside(folder, out)
      renameSync(aside, folder)
    } else if (found !== undefined && hasCheckpoint(folder)) {
      const changed = (Object.keys(WHAT) as (keyof Basis)[]).filter((key) => found[key] !== basis[key])
      say(
        `the checkpoint that is there is of ${changed.map((key) => WHAT[key]).join(' and ')}: begins anew. The old one lies in ${before(out)} until there is a new one`,
      )
      layAside(folder, out)
    } else remove(folder)
  } else if (!existsSync(folder) && isSame(readMark(before(out)), basis)) {
    say('goes back to the checkpoint that was laid aside')
    renameSync(before(out), folder)
  } else if (found !== undefined && hasCheckpoint(folder)) {
    remove(before(out))
  }
  // results of a killed run are written again; only its scratch folder is gone on from
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (name !== SCRATCH) remove(join(folder, name))
  mkdirSync(scratch, { recursive: true })
  writeWholeFile(join(scratch, 'basis.json'), JSON.stringify(basis))
  return { folder, scratch }
}

/** Lets the work on another basis go once the present one has a checkpoint. */
export function forgetBefore(out: string): void {
  if (hasCheckpoint(temporary(out))) remove(before(out))
}

function layAside(folder: string, out: string): void {
  remove(before(out))
  if (hasCheckpoint(folder)) renameSync(folder, before(out))
  else remove(folder)
}

function readMark(folder: string): Basis | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, SCRATCH, 'basis.json'), 'utf8')) as Basis
  } catch {
    return undefined
  }
}

const isSame = (mark: Basis | undefined, basis: Basis) =>
  mark !== undefined && (Object.keys(WHAT) as (keyof Basis)[]).every((key) => mark[key] === basis[key])

/** Is there anything to go on from? */
function hasCheckpoint(folder: string): boolean {
  const scratch = join(folder, SCRATCH)
  return existsSync(scratch) && readdirSync(scratch).some((name) => !NO_CHECKPOINT.includes(name))
}
