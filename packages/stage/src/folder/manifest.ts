// A folder with a manifest is complete. The manifest lists every file with its hash, so that readers can
// detect changed or missing files.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InputError } from '../input-error.ts'
import { writeWholeFile } from './whole-file.ts'

export interface FileEntry {
  readonly bytes: number
  /** hex */
  readonly sha256: string
}

export interface Manifest {
  readonly stage: string
  /** the source of the folder: a hash of the stage's name, recipe, inputs and code */
  readonly identity: string
  /** the content of the folder: a hash over the hashes of its files, except those that may be postponed */
  readonly content: string
  /** files that only the report reads are still missing */
  readonly postponed?: true
  readonly recipe: unknown
  /** content hash of every input, by its name */
  readonly inputs: Readonly<Record<string, string>>
  /** a hash of the stage's code */
  readonly code: string
  /** that code by modules and packages; undefined in results of older versions */
  readonly modules?: Readonly<Record<string, string>>
  /** seconds of wall time, over all runs of the stage */
  readonly seconds: number
  readonly metrics: Readonly<Record<string, unknown>>
  readonly files: Readonly<Record<string, FileEntry>>
}

const NAME = 'manifest.json'

/** sha256 in hex of bytes or of text. */
export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')

/** Every file below `folder`, as paths relative to it with `/`, sorted, without the manifest. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => path !== NAME)
    .sort()
}

/** Hashes every file below `folder`, except those in its folder `without`. */
export async function hashFiles(folder: string, without?: string): Promise<Record<string, FileEntry>> {
  const files: Record<string, FileEntry> = {}
  for (const path of listFiles(folder)) {
    if (without !== undefined && path.startsWith(`${without}/`)) continue
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(folder, path)), hash)
    files[path] = { bytes: statSync(join(folder, path)).size, sha256: hash.digest('hex') }
  }
  return files
}

/** One hash for a set of hashed files. */
export const contentHash = (files: Readonly<Record<string, FileEntry>>): string =>
  sha256(
    Object.entries(files)
      .map(([path, file]) => `${file.sha256} ${path}\n`)
      .join(''),
  )

/** The same for all files of a folder, with those that may be postponed. */
export const wholeContent = ({ files }: Manifest): string => contentHash(files)

/** The manifest of `folder`, or undefined if there is none that can be read. */
export function findManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, NAME), 'utf8')) as Manifest
  } catch {
    return undefined
  }
}

/**
 * Reads the manifest of a folder that another stage must have completed.
 * @throws {InputError} when the folder is missing or incomplete, or lacks a file; it names the command that
 * makes it
 */
export function readManifest(folder: string): Manifest {
  const manifest = findManifest(folder)
  const stage = manifest?.stage ?? basename(folder)
  const remedy = `Run \`npx turbo run ${stage}\` to make it.`
  if (manifest === undefined)
    throw new InputError(`${folder} is missing or not complete: it has no manifest. ${remedy}`)
  for (const [path, { bytes }] of Object.entries(manifest.files)) {
    const file = join(folder, path)
    const got = existsSync(file) ? statSync(file).size : undefined
    if (got === bytes) continue
    const what = got === undefined ? 'is missing' : `has ${got} bytes, its manifest says ${bytes}`
    throw new InputError(
      `${file} ${what}: the folder was changed after it was made. Delete ${folder}. ${remedy}`,
    )
  }
  return manifest
}

/** Writes the manifest: the last file of a folder, so its presence means that all others are complete. */
export function writeManifest(folder: string, manifest: Manifest): void {
  writeWholeFile(join(folder, NAME), `${JSON.stringify(manifest, undefined, 2)}\n`)
}
