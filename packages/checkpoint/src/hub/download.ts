// Downloads one file of a repository into the cache. Existing bytes are kept, an interrupted download resumes
// at the same byte, and the hash decides whether the file is complete.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as pause } from 'node:timers/promises'
import { InputError } from '@disranker/stage'
import { downloadFile, HubApiError } from '@huggingface/hub'
import { lockFile } from './file-lock.ts'
import type { RepositoryCache } from './hub-cache.ts'

export interface RemoteFile {
  readonly path: string
  readonly size: number
  /** SHA-256 of a large file, Git's SHA-1 of a small one */
  readonly hash: string
}

export interface Download {
  readonly repository: string
  readonly commit: string
  readonly endpoint: string
  readonly token?: string | undefined
  readonly fetch: typeof fetch
  readonly cache: RepositoryCache
  readonly signal?: AbortSignal | undefined
  /** bytes of the file so far */
  onBytes?(bytes: number): void
}

/** consecutive attempts with almost no progress before a download fails */
const FRUITLESS = 4
/** bytes */
const NEXT_TO_NOTHING = 65_536

/**
 * Downloads a file unless the cache has it.
 * @throws {InputError} when the connection keeps failing, or the file differs from the announced one
 */
export async function download(file: RemoteFile, options: Download): Promise<void> {
  const { cache, signal } = options
  if (cache.hasBlob(file.hash)) return
  const path = cache.incomplete(file.hash)
  mkdirSync(dirname(path), { recursive: true })
  // two processes that append to one file would damage it
  const release = await lockFile(`${path}.lock`, signal)
  try {
    if (!cache.hasBlob(file.hash)) await downloadLocked(file, path, options)
  } finally {
    release()
  }
}

async function downloadLocked(file: RemoteFile, path: string, options: Download): Promise<void> {
  const { cache, signal } = options
  const have = () => (existsSync(path) ? statSync(path).size : 0)
  if (have() > file.size) rmSync(path)
  for (let fruitless = 0; have() < file.size; ) {
    const before = have()
    try {
      await append(file, path, before, options)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof HubApiError && error.statusCode < 500 && error.statusCode !== 429) throw error
      fruitless = have() - before > NEXT_TO_NOTHING ? 0 : fruitless + 1
      if (fruitless >= FRUITLESS) throw broken(file, have(), options, error)
      // 0.5, 1, 2 s with random jitter, because other clients may wait for the same server
      await pause(500 * 2 ** fruitless * (0.5 + Math.random() / 2), undefined, { signal })
    }
  }
  if (file.size === 0) createWriteStream(path).end()
  const found = await hashOf(path, file)
  if (found !== file.hash) {
    rmSync(path)
    throw new InputError(
      `${file.path} of ${options.repository} came with the hash ${found.slice(0, 12)}...; the hub announced ${file.hash.slice(0, 12)}.... It was deleted: run again, or ask the operator of ${options.endpoint}.`,
    )
  }
  cache.complete(file.hash)
}

async function append(file: RemoteFile, path: string, from: number, options: Download): Promise<void> {
  const { repository, commit, endpoint, token, signal, onBytes } = options
  const blob = await downloadFile({
    repo: repository,
    path: file.path,
    revision: commit,
    hubUrl: endpoint,
    fetch: options.fetch,
    ...(token && { accessToken: token }),
  })
  if (blob === null)
    throw new InputError(
      `${repository} lists ${file.path} but has no such file. Ask the operator of ${endpoint}.`,
    )
  let there = from
  const source = Readable.fromWeb(blob.slice(from, file.size).stream() as ReadableStream)
  source.on('data', (chunk: Uint8Array) => {
    there += chunk.length
    onBytes?.(there)
  })
  await pipeline(source, createWriteStream(path, { flags: 'a' }), { signal })
}

function broken(file: RemoteFile, have: number, { repository }: Download, cause: unknown): InputError {
  const why = cause instanceof Error ? cause.message.replace(/\.?$/, '.') : String(cause)
  return new InputError(
    `${file.path} of ${repository} could not be downloaded: ${have} of ${file.size} bytes came. ${why} Run again: the download resumes there.`,
    { cause },
  )
}

async function hashOf(path: string, { hash, size }: RemoteFile): Promise<string> {
  const small = hash.length === 40
  const digest = createHash(small ? 'sha1' : 'sha256')
  if (small) digest.update(`blob ${size}\0`)
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}
