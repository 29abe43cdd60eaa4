// The cache format of Hugging Face's own tools: files by their hash under blobs/, and under
// snapshots/<commit>/ their names as links. An existing file is not downloaded again, whichever tool
// downloaded it.
import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { writeWholeFile } from '@disranker/stage'

export interface RepositoryCache {
  /** the last known commit of a branch or tag */
  commitOf(revision: string): string | undefined
  rememberCommit(revision: string, commit: string): void
  /** folder of a commit's files, which may not exist */
  snapshot(commit: string): string
  has(commit: string, file: string): boolean
  /** path for the bytes of a file during its download */
  incomplete(hash: string): string
  hasBlob(hash: string): boolean
  /** Renames `incomplete(hash)` to the file of that hash. */
  complete(hash: string): void
  /** Gives the file of that hash its name in a commit. */
  name(commit: string, file: string, hash: string): void
}

const COMMIT = /^[0-9a-f]{40}$/
export const isCommit = (revision: string): boolean => COMMIT.test(revision)

/** @param repository "owner/name" */
export function repositoryCache(cache: string, repository: string): RepositoryCache {
  const home = join(cache, `models--${repository.replaceAll('/', '--')}`)
  const blob = (hash: string) => join(home, 'blobs', hash)
  const reference = (revision: string) => join(home, 'refs', revision)
  const snapshot = (commit: string) => join(home, 'snapshots', commit)
  return {
    snapshot,
    commitOf(revision) {
      if (isCommit(revision)) return revision
      const commit = existsSync(reference(revision)) && readFileSync(reference(revision), 'utf8').trim()
      return commit && isCommit(commit) ? commit : undefined
    },
    rememberCommit(revision, commit) {
      if (isCommit(revision)) return
      mkdirSync(dirname(reference(revision)), { recursive: true })
      writeWholeFile(reference(revision), commit)
    },
    has: (commit, file) => existsSync(join(snapshot(commit), file)),
    incomplete: (hash) => `${blob(hash)}.incomplete`,
    hasBlob: (hash) => existsSync(blob(hash)),
    complete: (hash) => renameSync(`${blob(hash)}.incomplete`, blob(hash)),
    name(commit, file, hash) {
      const path = join(snapshot(commit), file)
      mkdirSync(dirname(path), { recursive: true })
      // the name always refers to a file, even while other processes read or replace it
      const fresh = `${path}.${randomUUID()}`
      try {
        symlinkSync(relative(dirname(path), blob(hash)), fresh)
      } catch {
        // a system on which links need privileges
        copyFileSync(blob(hash), fresh)
      }
      renameSync(fresh, path)
    },
  }
}
