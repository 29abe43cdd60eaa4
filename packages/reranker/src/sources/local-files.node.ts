// Node, Bun and Deno: bundles in folders and installed packages, and a cache folder for downloads.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUNDLE_FILES, type Bundle, VECTOR_FILES } from '../bundle.ts'
import { RerankerError } from '../reranker-error.ts'
import type { FileCache } from './file-cache.ts'

const MANIFEST = 'manifest.json'

/** The hub, from the variables of Hugging Face's own tools. */
export function settings(): { readonly endpoint?: string; readonly token?: string } {
  const { HF_ENDPOINT: endpoint, HF_TOKEN: token } = process.env
  return { ...(endpoint && { endpoint }), ...(token && { token }) }
}

export const isBundleFolder = async (path: string): Promise<boolean> => existsSync(join(path, MANIFEST))

/** @throws {RerankerError} a file cannot be read */
export async function readFolder(from: string | URL): Promise<Bundle> {
  const folder = pathOf(from)
  const vectors = VECTOR_FILES.filter((name) => existsSync(join(folder, name)))
  const files = [...BUNDLE_FILES, ...vectors, MANIFEST].map(async (name) => {
    const bytes = await readFile(join(folder, name)).catch((cause: unknown) => {
      throw new RerankerError(
        'bundle',
        `${join(folder, name)} cannot be read. Wanted: the folder of a bundle, with ${[...BUNDLE_FILES, MANIFEST].join(', ')}.`,
        { cause },
      )
    })
    return [name, new Uint8Array(bytes)] as const
  })
  return Object.fromEntries(await Promise.all(files))
}

function pathOf(from: string | URL): string {
  if (from instanceof URL || from.startsWith('file:')) return fileURLToPath(from)
  return resolve(from.startsWith('~/') ? join(homedir(), from.slice(2)) : from)
}

/**
 * The bundle of an installed package: its folder `bundle`, or the package itself.
 * @throws {RerankerError} it is not installed, or has no bundle
 */
export async function folderOfPackage(name: string): Promise<string> {
  // resolved like an import of a program in the working folder
  const places = createRequire(join(process.cwd(), 'program.js')).resolve.paths(name) ?? []
  const found = places.map((place) => join(place, name)).find((folder) => existsSync(folder))
  if (found === undefined)
    throw new RerankerError('bundle', `The package ${name} is not installed. Run "npm install ${name}".`)
  for (const folder of [join(found, 'bundle'), found]) if (await isBundleFolder(folder)) return folder
  throw new RerankerError('bundle', `The package ${name} has no bundle: ${MANIFEST} is missing.`)
}

/** `bundles` in DISRANKER_CACHE, or in ~/.cache/disranker. */
export async function openFileCache(): Promise<FileCache> {
  const { DISRANKER_CACHE, XDG_CACHE_HOME } = process.env
  const folder = join(
    DISRANKER_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'disranker'),
    'bundles',
  )
  return {
    async read(hash) {
      const bytes = await readFile(join(folder, hash)).catch(() => undefined)
      return bytes && new Uint8Array(bytes)
    },
    async write(hash, bytes) {
      const part = join(folder, `${hash}.${randomUUID()}.tmp`)
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(part, bytes)
        await rename(part, join(folder, hash))
      } catch {
        // if the folder cannot be written, the next start only has to download again
        await rm(part, { force: true }).catch(() => {})
      }
    },
  }
}
