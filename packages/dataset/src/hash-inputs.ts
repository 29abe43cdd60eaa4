// The files a user brings are inputs without a manifest: their hashes say whether a finished stage is still good.
import { existsSync } from 'node:fs'
import { hashFiles, InputError } from '@disranker/stage'

/**
 * sha256 of every file of a folder, by name.
 * @throws {InputError} when the folder is not there
 */
export async function hashInputs(folder: string): Promise<Record<string, string>> {
  if (!existsSync(folder))
    throw new InputError(
      `${folder} is not there. Wanted: a folder with clicks, documents and, if there are any, judgements.`,
    )
  const files = await hashFiles(folder)
  return Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256]))
}
