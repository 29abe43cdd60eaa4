// Fetches and identifies the checkpoint of a recipe, so that a stage's manifest names its start.

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, plainProgress } from '@disranker/stage'
import { fetchModel } from './hub/fetch-model.ts'
import { hubSettings } from './hub/hub-settings.ts'
import type { NamedCheckpoint } from './pretrained-models.ts'
import { KNOWN_WEIGHTS } from './pretrained-models.ts'

export interface FoundCheckpoint {
  readonly folder: string
  /** "owner/name" of the hub; undefined for a local folder */
  readonly repository: string | undefined
  /** of the repository */
  readonly commit: string | undefined
  /** the commit, or a hash of the folder's files */
  readonly identity: string
}

/** @throws {InputError} when it cannot be found, in one sentence */
export async function findCheckpoint(
  { from, revision }: NamedCheckpoint,
  signal: AbortSignal | undefined,
): Promise<FoundCheckpoint> {
  const settings = hubSettings(process.env)
  const progress = plainProgress(console.log)
  const { folder, repository, commit } = await fetchModel(from, { settings, revision, signal, progress })
  if (commit === undefined) await checkKnown(from, revision, folder)
  return { folder, repository, commit, identity: commit ?? (await hashOf(folder)) }
}

/** A folder with the name of a model whose weights are known must contain these weights. */
async function checkKnown(from: string, revision: string | undefined, folder: string): Promise<void> {
  const known = KNOWN_WEIGHTS.find((one) => one.from === from && one.revision === revision)
  const file = join(folder, 'model.safetensors')
  if (known === undefined || !existsSync(file)) return
  const found = await hashOf(file)
  if (found !== known.sha256)
    throw new InputError(
      `${folder} goes by the name of ${from}, and its model.safetensors has the SHA-256 ${found.slice(0, 12)}..., not ${known.sha256.slice(0, 12)}... of commit ${known.revision.slice(0, 12)}: it is another model. Copy the model at that commit, or name your folder by its path in the recipe (from).`,
    )
}

/** A hash of a file, or of the files of a model's folder. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  if (statSync(path).isFile()) {
    for await (const part of createReadStream(path)) hash.update(part)
    return hash.digest('hex')
  }
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
  for (const file of files.sort())
    if (/^(\d+_\w+[\\/])?[^\\/]+\.(json|safetensors)$/.test(file)) {
      hash.update(file)
      for await (const part of createReadStream(join(path, file))) hash.update(part)
    }
  return hash.digest('hex')
}
