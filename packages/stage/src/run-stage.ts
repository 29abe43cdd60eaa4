// A stage takes folders and a recipe and leaves one folder. It works in `<out>.tmp`, writes the manifest last, then
// renames: a folder with a manifest is complete, and a killed run leaves nothing that looks finished. The work folder
// of a killed run is kept when it was made from the same recipe, inputs and code, so long stages go on from their
// last checkpoint in it.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { explainFileError } from './input-error.ts'
import {
  contentHash,
  findManifest,
  hashFiles,
  type Manifest,
  readManifest,
  sha256,
  writeManifest,
} from './manifest.ts'
import { defaultProgress, formatSeconds, type Progress } from './progress.ts'
import { writeWholeFile } from './whole-file.ts'

/** Where files that only a resumed run needs lie, inside the work folder; removed before the folder is complete. */
export const SCRATCH = 'scratch'

export interface Work {
  /** the folder to write into; becomes `out` when `run` has returned */
  readonly folder: string
  /** a folder for checkpoints and the like; not part of the result */
  readonly scratch: string
  /** aborted by Ctrl-C: save what a later run needs, then `signal.throwIfAborted()` */
  readonly signal: AbortSignal
  readonly progress: Progress
}

export interface Stage {
  /** the stage's word: `turbo run <name>`, `src/<name>.ts`, `out/<name>` */
  readonly name: string
  /** the folder to leave */
  readonly out: string
  /** folders that other stages completed, by a name of your choice */
  readonly inputs: Readonly<Record<string, string>>
  /** other facts the result depends on (hashes of files a person brought), by name */
  readonly facts?: Readonly<Record<string, string>>
  /** JSON: all that was decided by hand */
  readonly recipe: unknown
  readonly signal?: AbortSignal | undefined
  readonly progress?: Progress | undefined
  /** Does the work; returns what the manifest shall say of it. */
  run(work: Work): Promise<Readonly<Record<string, unknown>>>
}

/**
 * Runs one stage, or returns at once when `out` is already complete for the same recipe, inputs and code.
 * @returns the manifest of the completed folder
 * @throws {InputError} when an input is missing or incomplete, or the disk is full; `out` is then as it was before
 */
export async function runStage(stage: Stage): Promise<Manifest> {
  const progress = stage.progress ?? defaultProgress()
  const inputs = Object.fromEntries(
    Object.entries(stage.inputs).map(([name, folder]) => [name, readManifest(folder).content]),
  )
  Object.assign(inputs, stage.facts)
  // turbo hashes the code of a task and of all it imports; outside turbo nobody does
  const code = process.env.TURBO_HASH ?? 'unversioned'
  const identity = sha256(JSON.stringify([stage.name, stage.recipe, inputs, code]))
  const done = findManifest(stage.out)
  if (done?.identity === identity && code !== 'unversioned') {
    progress.say(`${stage.name}: already complete (delete ${stage.out} to run it again)`)
    return done
  }
  const folder = `${stage.out}.tmp`
  const scratch = join(folder, SCRATCH)
  try {
    openWorkFolder(folder, scratch, identity)
    const began = performance.now()
    const before = secondsSpent(scratch)
    const signal = stage.signal ?? new AbortController().signal
    const spend = () =>
      writeWholeFile(join(scratch, 'seconds'), String(before + (performance.now() - began) / 1000))
    const metrics = await stage.run({ folder, scratch, signal, progress }).finally(() => {
      if (existsSync(scratch)) spend()
    })
    const seconds = Number((before + (performance.now() - began) / 1000).toFixed(1))
    rmSync(scratch, { recursive: true, force: true })
    const files = await hashFiles(folder)
    const { name, recipe } = stage
    const manifest = {
      stage: name,
      identity,
      content: contentHash(files),
      recipe,
      inputs,
      code,
      seconds,
      metrics,
      files,
    }
    writeManifest(folder, manifest)
    rmSync(stage.out, { recursive: true, force: true })
    renameSync(folder, stage.out)
    progress.say(`${name}: done in ${formatSeconds(seconds)} -> ${stage.out}`)
    return manifest
  } catch (error) {
    throw explainFileError(error, `${stage.name} could not write its result`)
  }
}

/** Keeps the work folder of a run with the same identity, and starts any other one afresh. */
function openWorkFolder(folder: string, scratch: string, identity: string): void {
  const mark = join(scratch, 'identity')
  const same = existsSync(mark) && readFileSync(mark, 'utf8') === identity
  if (!same) rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(scratch, { recursive: true })
  writeWholeFile(mark, identity)
}

function secondsSpent(scratch: string): number {
  const file = join(scratch, 'seconds')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || 0 : 0
}
