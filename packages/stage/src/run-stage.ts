// A stage takes folders and a recipe and leaves one folder. It works in `<out>.tmp`, writes the manifest last, then
// renames: a folder with a manifest is complete, and a killed run leaves nothing that looks finished. A killed run is resumed when
// recipe, inputs and the stage's code are the same.
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
  /** the folder to write into; becomes `out` when `run` has returned */
  readonly folder: string
  /** a folder for checkpoints and the like; not part of the result */
  readonly scratch: string
  /** aborted by Ctrl-C: save what a later run needs, then `signal.throwIfAborted()` */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** `first`: files that may be postponed are left out; `rest`: `folder` holds the others, which stay as they are */
  readonly part: 'all' | 'first' | 'rest'
  /** Has the stage close what it opened when its work ends, in whatever way. */
  closeLater<Resource extends { close(): void }>(resource: Resource): Resource
}

/** What a stage returns when it leaves its work out: the folder is complete, and the report says why a row is missing. */
export function leaveOut(name: string, { progress }: Pick<Work, 'progress'>, reason: string) {
  progress.say(`${name}: left out, ${reason}`)
  return { leftOut: reason }
}

let workBegins = () => {}

/** Calls `listener` when a stage of this process is about to compute, not when its result is complete. */
export function beforeWork(listener: () => void): void {
  workBegins = listener
}

/** code of a stage that names no module */
const UNKNOWN = 'unversioned'

export interface Stage {
  /** the stage's name: `turbo run <name>`, `src/<name>.ts`, `out/<name>` */
  readonly name: string
  /** the folder to leave */
  readonly out: string
  /** folders that other stages completed, by a name of your choice */
  readonly inputs: Readonly<Record<string, string>>
  /** other facts the result depends on (hashes of files a person brought), by name */
  readonly facts?: Readonly<Record<string, string>>
  /** JSON: all that was decided by hand */
  readonly recipe: unknown
  /**
   * `import.meta.url` of the stage's module: a change of the code that it reaches makes its result and its checkpoints stale. A stage
   * without one always runs
   */
  readonly source?: string
  readonly signal?: AbortSignal | undefined
  readonly progress?: Progress | undefined
  /**
   * Of a stage that can leave files for a later run, because only the report reads them: which they are, by path in the folder. They
   * follow from the others and from the inputs, so they are no part of what the folder's content is known by.
   */
  readonly mayPostpone?: (path: string) => boolean
  /** whether such files are left for a later run */
  readonly postpone?: boolean | undefined
  /** Does the work; returns the metrics for the manifest, to which those of the rest are added. */
  run(work: Work): Promise<Readonly<Record<string, unknown>>>
}

/**
 * Runs one stage, or what is left of it, or returns at once when `out` is already complete for the same recipe, inputs and code.
 * @returns the manifest of the completed folder
 * @throws {InputError} when an input is missing or incomplete, or the disk is full; `out` is then as it was before
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
    // what was made of the result stays right when the rest is added
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
      // of what a run that postpones waits for
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
