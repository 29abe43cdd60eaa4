// The folders in which a stage works until its result is complete and replaces `out`. In the same folder as `out` there may be
//   out.tmp      the work: results so far and, in scratch/, the checkpoint from which a killed run is resumed
//   out.before   the work of another recipe, other inputs or other code, until the new work has a checkpoint
//   out.old      the previous result, while the new one replaces it
// Every step is a rename, so the next run can finish it if the run is killed between two steps.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findManifest } from './manifest.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * Folder for files that only a resumed run needs, inside the work folder; deleted before the folder is
 * complete.
 */
export const SCRATCH = 'scratch'

/** The inputs of a checkpoint: hashes, by name. */
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

/** entries of scratch/ that are not checkpoints: marks, and spilled data of a database */
const NO_CHECKPOINT = ['basis.json', 'seconds', 'duckdb']

const temporary = (out: string) => `${out}.tmp`
const before = (out: string) => `${out}.before`
const old = (out: string) => `${out}.old`
const remove = (path: string) => rmSync(path, { recursive: true, force: true })

/** Finishes an interrupted replacement: a complete result that had not yet replaced `out` replaces it. */
export function settle(out: string): void {
  if (findManifest(temporary(out)) !== undefined) putInPlace(out)
  else if (!existsSync(out) && existsSync(old(out))) renameSync(old(out), out)
  else if (existsSync(out)) remove(old(out))
}

/** Renames the complete work folder to `out`. */
export function putInPlace(out: string): void {
  remove(join(temporary(out), SCRATCH))
  // if `out` does not exist, `old` is the previous result, and the new one is complete
  if (existsSync(out)) {
    remove(old(out))
    renameSync(out, old(out))
  }
  renameSync(temporary(out), out)
  remove(old(out))
  remove(before(out))
}

/**
 * Opens the work folder. If the basis is the same, the work of a killed run is resumed. Work on another basis
 * is kept aside if it has a checkpoint, and resumed when its basis comes back. `say` is called with the
 * decision.
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
        `the existing checkpoint is of ${changed.map((key) => WHAT[key]).join(' and ')}: the stage starts again. The old checkpoint stays in ${before(out)} until there is a new one`,
      )
      layAside(folder, out)
    } else remove(folder)
  } else if (!existsSync(folder) && isSame(readMark(before(out)), basis)) {
    say('goes back to the checkpoint that was laid aside')
    renameSync(before(out), folder)
  } else if (found !== undefined && hasCheckpoint(folder)) {
    remove(before(out))
  }
  // results of a killed run are written again; only its scratch folder is reused
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (name !== SCRATCH) remove(join(folder, name))
  mkdirSync(scratch, { recursive: true })
  writeWholeFile(join(scratch, 'basis.json'), JSON.stringify(basis))
  return { folder, scratch }
}

/** Deletes the work on another basis once the current work has a checkpoint. */
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

/** Whether there is a checkpoint from which to resume. */
function hasCheckpoint(folder: string): boolean {
  const scratch = join(folder, SCRATCH)
  return existsSync(scratch) && readdirSync(scratch).some((name) => !NO_CHECKPOINT.includes(name))
}
