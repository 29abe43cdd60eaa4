// Hashes the user's files that a stage depends on: the stage runs again after a change of a file, but not for
// a copy of the same one.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InputError } from '@disranker/stage'
import { type InputFolder, tablesOf } from './input-folder.ts'

/**
 * sha256 of every file of every table, by its name in the folder, and the names of unread files.
 * @throws {InputError} when a file cannot be read
 */
export async function hashInputs(input: InputFolder): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const { files } of tablesOf(input))
    for (const file of files) hashes[relative(input.path, file)] = await hashFile(file)
  for (const name of input.unread) hashes[name] = 'unread'
  const attribution = join(input.path, 'ATTRIBUTION.txt')
  if (existsSync(attribution)) hashes['ATTRIBUTION.txt'] = await hashFile(attribution)
  return Object.fromEntries(Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
  } catch (error) {
    throw new InputError(
      `${file} cannot be read: ${(error as Error).message}. Wanted: a file that this user may read. Change its permissions (chmod a+r), or put it there again.`,
      { cause: error },
    )
  }
  return hash.digest('hex')
}
