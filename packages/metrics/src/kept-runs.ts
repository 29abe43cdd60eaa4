// Runs that were kept under a name, for comparison with later ones: `kept/<name>/<stage>` is a copy of a
// stage's output, without its weights.
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { contentHash, InputError, readManifest, writeManifest } from '@disranker/stage'
import { completed } from './rows.ts'

export interface KeptRun {
  readonly name: string
  readonly stage: string
  readonly folder: string
}

/** the files of a stage's folder that a report needs; the curve only if the stage has one */
const PARTS = ['runs', 'ranked.json', 'curve.jsonl']

/**
 * Keeps the runs of stages under a name.
 * @returns the stages that were kept
 * @throws {InputError} when the name cannot be a folder's, or is taken
 */
export function keepRuns(stages: Readonly<Record<string, string>>, kept: string, name: string): string[] {
  if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name))
    throw new InputError(
      `"${name}" cannot name a kept run. Wanted: letters, digits, dots, dashes and underscores.`,
    )
  const to = join(kept, name)
  if (existsSync(to))
    throw new InputError(`There is a kept run "${name}" already (${to}). Delete it, or take another name.`)
  const ranked = Object.entries(stages).filter(
    ([, folder]) => completed(folder) !== undefined && existsSync(join(folder, 'ranked.json')),
  )
  if (ranked.length === 0)
    throw new InputError('There is nothing to keep: no stage has ranked. Run `npx turbo run train` first.')
  rmSync(`${to}.tmp`, { recursive: true, force: true })
  for (const [stage, folder] of ranked) {
    const work = join(`${to}.tmp`, stage)
    for (const part of PARTS)
      if (existsSync(join(folder, part))) cpSync(join(folder, part), join(work, part), { recursive: true })
    const manifest = readManifest(folder)
    const files = Object.fromEntries(
      Object.entries(manifest.files).filter(([path]) => PARTS.includes(path.split('/')[0]!)),
    )
    writeManifest(work, { ...manifest, files, content: contentHash(files) })
  }
  renameSync(`${to}.tmp`, to)
  return ranked.map(([stage]) => stage)
}

/**
 * The kept runs that a recipe chooses.
 * @throws {InputError} when it names one that does not exist
 */
export function findKept(kept: string | undefined, chosen: 'all' | readonly string[] = 'all'): KeptRun[] {
  const there =
    kept !== undefined && existsSync(kept)
      ? readdirSync(kept, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && !entry.name.endsWith('.tmp'))
          .map((entry) => entry.name)
          .sort()
      : []
  for (const name of chosen === 'all' ? [] : chosen)
    if (!there.includes(name))
      throw new InputError(
        `The recipe asks for the kept run "${name}"; there ${there.length === 0 ? 'is none' : `are ${there.join(', ')}`}. Fix \`kept\` in the recipe.`,
      )
  return there
    .filter((name) => chosen === 'all' || chosen.includes(name))
    .flatMap((name) =>
      readdirSync(join(kept!, name))
        .sort()
        .map((stage) => ({ name, stage, folder: join(kept!, name, basename(stage)) })),
    )
}
