// Runs a stage: folders and a recipe in, one folder out. It works in `<out>.tmp`, writes the manifest last,
// then renames: a folder with a manifest is complete, and a killed run leaves no folder that looks complete.
// A killed run is resumed when recipe, inputs and the stage's code are the same.
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, hashCode } from './folder/code-identity.ts'
import {
  contentHash,
  findManifest,
  hashFiles,
  type Manifest,
  readManifest,
  sha256,
  writeManifest,
} from './folder/manifest.ts'
import { writeWholeFile } from './folder/whole-file.ts'
import { whyAgain } from './folder/why-again.ts'
import { forgetBefore, openWorkFolder, putInPlace, SCRATCH, settle } from './folder/work-folder.ts'
import { explainFileError } from './input-error.ts'
import { defaultProgress, formatSeconds, type Progress } from './progress.ts'

export interface Work {
  /** the folder to write into; renamed to `out` when `run` has returned */
  readonly folder: string
  /** a folder for checkpoints and the like; not part of the result */
  readonly scratch: string
  /** aborted by Ctrl-C: save what a later run needs, then `signal.throwIfAborted()` */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** `first`: postponed files are left out; `rest`: `folder` has the other files, which do not change */
  readonly part: 'all' | 'first' | 'rest'
  /** Closes a resource of the stage when its work ends, for any reason. */
  closeLater<Resource extends { close(): void }>(resource: Resource): Resource
}

/**
 * The return value of a stage that does no work: the folder is complete, and the report explains the missing
 * row.
 */
export function leaveOut(name: string, { progress }: Pick<Work, 'progress'>, reason: string) {
  progress.say(`${name}: left out, ${reason}`)
  return { leftOut: reason }
}

let workBegins = () => {}

/** Calls `listener` when a stage of this process starts computing, not when its result is already complete. */
export function beforeWork(listener: () => void): void {
  workBegins = listener
}

/** code of a stage without a module */
const UNKNOWN = 'unversioned'

export interface Stage {
  /** the stage's name: `turbo run <name>`, `src/<name>.ts`, `out/<name>` */
  readonly name: string
  /** the output folder */
  readonly out: string
  /** folders that other stages completed, by a name of your choice */
  readonly inputs: Readonly<Record<string, string>>
  /** other inputs of the result (hashes of the user's files), by name */
  readonly facts?: Readonly<Record<string, string>>
  /** JSON: all decisions made by hand */
  readonly recipe: unknown
  /**
   * `import.meta.url` of the stage's module: a change of the code that it reaches makes its result and its
   * checkpoints stale. A stage without one always runs
   */
  readonly source?: string
  readonly signal?: AbortSignal | undefined
  readonly progress?: Progress | undefined
  /**
   * The files that a stage may postpone because only the report reads them, by path in the folder. They
   * depend only on the other files and the inputs, so they are not part of the identity of the folder's
   * content.
   */
  readonly mayPostpone?: (path: string) => boolean
  /** whether these files are postponed */
  readonly postpone?: boolean | undefined
  /** Does the work; returns the metrics for the manifest, to which those of the rest are added. */
  run(work: Work): Promise<Readonly<Record<string, unknown>>>
}

/**
 * Runs one stage, or its postponed rest, or returns at once when `out` is already complete for the same
 * recipe, inputs and code.
 * @returns the manifest of the completed folder
 * @throws {InputError} when an input is missing or incomplete, or the disk is full; `out` is then unchanged
 */
export async function runStage(stage: Stage): Promise<Manifest> {
  const progress = stage.progress ?? defaultProgress()
  const inputs = Object.fromEntries(
    Object.entries(stage.inputs).map(([name, folder]) => [name, readManifest(folder).content]),
  )
  Object.assign(inputs, stage.facts)
  const modules = stage.source === undefined ? {} : await codeOf(stage.source)
  const code = stage.source === undefined ? UNKNOWN : hashCode(modules)
  const identity = sha256(JSON.stringify([stage.name, stage.recipe, inputs, code]))
  const basis = {
    recipe: sha256(JSON.stringify([stage.name, stage.recipe])),
    inputs: sha256(JSON.stringify(inputs)),
    code,
  }
  try {
    settle(stage.out)
    const done = findManifest(stage.out)
    const mayPostpone = stage.mayPostpone ?? (() => false)
    const isThere = done?.identity === identity && code !== UNKNOWN
    const part = isThere && done.postponed ? 'rest' : stage.mayPostpone && stage.postpone ? 'first' : 'all'
    if (isThere && (part !== 'rest' || stage.postpone)) {
      progress.say(`${stage.name}: already complete (delete ${stage.out} to run it again)`)
      return done
    }
    // results made from the folder stay valid when the rest is added
    if (part !== 'rest') workBegins()
    for (const reason of done === undefined
      ? []
      : whyAgain(done, { recipe: stage.recipe, inputs, code: modules }))
      progress.say(`${stage.name}: runs again. ${reason}`)
    const { folder, scratch } = openWorkFolder(stage.out, basis, (line) =>
      progress.say(`${stage.name}: ${line}`),
    )
    if (part === 'rest')
      for (const path of Object.keys(done!.files)) cpSync(join(stage.out, path), join(folder, path))
    const began = performance.now()
    const before = secondsSpent(scratch)
    const signal = stage.signal ?? new AbortController().signal
    const spent = () => before + (performance.now() - began) / 1000
    const opened: { close(): void }[] = []
    const closeLater = <Resource extends { close(): void }>(resource: Resource) => {
      opened.push(resource)
      return resource
    }
    const metrics = await stage.run({ folder, scratch, signal, progress, part, closeLater }).finally(() => {
      for (const resource of opened) resource.close()
      if (!existsSync(scratch)) return
      writeWholeFile(join(scratch, 'seconds'), String(spent()))
      forgetBefore(stage.out)
    })
    const files = await hashFiles(folder, SCRATCH)
    const seconds = Number(spent().toFixed(1))
    const { name, recipe } = stage
    const lasting = Object.fromEntries(Object.entries(files).filter(([path]) => !mayPostpone(path)))
    const manifest = {
      stage: name,
      identity,
      content: contentHash(lasting),
      ...(part === 'first' && { postponed: true as const }),
      recipe,
      inputs,
      code,
      modules,
      // the part that a run with postponed files waits for
      seconds: part === 'rest' ? done!.seconds : seconds,
      metrics: part === 'rest' ? { ...done!.metrics, ...metrics } : metrics,
      files,
    }
    // from here on the result is complete, even if the run is killed
    writeManifest(folder, manifest)
    putInPlace(stage.out)
    progress.say(`${name}: done in ${formatSeconds(seconds)} -> ${stage.out}`)
    return manifest
  } catch (error) {
    throw explainFileError(error, `${stage.name} could not write its result`)
  }
}

function secondsSpent(scratch: string): number {
  const file = join(scratch, 'seconds')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || 0 : 0
}
