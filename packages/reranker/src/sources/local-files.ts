// Runtimes without a file system (browsers, Workers): bundles come from URLs, and the Cache API stores them.
import type { Bundle } from '../bundle.ts'
import { RerankerError } from '../reranker-error.ts'
import type { FileCache } from './file-cache.ts'

const CACHE = 'disranker-bundles'

export const settings = (): { readonly endpoint?: string; readonly token?: string } => ({})

export const isBundleFolder = async (_path: string): Promise<boolean> => false

/** @throws {RerankerError} always */
export async function readFolder(from: string | URL): Promise<Bundle> {
  throw new RerankerError(
    'bundle',
    `${from} is a path, and this runtime has no file system. Give an address, <owner>/<name> of a hub, or the files themselves.`,
  )
}

/** @throws {RerankerError} always */
export async function folderOfPackage(name: string): Promise<string> {
  throw new RerankerError(
    'bundle',
    `npm:${name} is an installed package, and this runtime has no file system. Let your bundler copy its files and give their address.`,
  )
}

/** @returns undefined: the runtime has no Cache API, or does not allow it here */
export async function openFileCache(): Promise<FileCache | undefined> {
  const cache = await globalThis.caches?.open(CACHE).catch(() => undefined)
  if (cache === undefined) return undefined
  const keyOf = (hash: string) => `https://disranker.invalid/${hash}`
  return {
    async read(hash) {
      const found = await cache.match(keyOf(hash))
      return found && new Uint8Array(await found.arrayBuffer())
    },
    async write(hash, bytes) {
      // if the disk is full, the next visit only has to download again
      await cache.put(keyOf(hash), new Response(bytes as Uint8Array<ArrayBuffer>)).catch(() => {})
    },
  }
}
