// Uploads a bundle to a bucket and then points the bucket's models.json to it, or only moves the pointer.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelsFile } from '../../src/models/models-file.ts'
import { changeIndex, type IndexStore, readModels } from './models-index.ts'

export type { IndexStore } from './models-index.ts'

export interface PublishOptions {
  /** of the bundle */
  readonly folder: string
  /** the model's name in requests */
  readonly id: string
  /** writes a file under a key of the bucket */
  put(key: string, file: string): Promise<void>
  /** the bucket's models.json */
  readonly index: IndexStore
}

/**
 * @returns the version of the bundle
 * @throws {Error} a file differs from the bundle's manifest, or models.json is invalid; the pointer is then
 * unchanged
 */
export async function publishBundle({ folder, id, put, index }: PublishOptions): Promise<string> {
  // an unreadable file is found before anything is written
  readModels((await index.read())?.text)
  const version = await putBundle(folder, id, put)
  // last, so that it never points to missing files
  await changeIndex(index, (models) => pointed(models, id, version, true))
  return version
}

/** Serves an earlier version. @throws {Error} it does not exist */
export async function movePointer(index: IndexStore, id: string, version: string): Promise<void> {
  await changeIndex(index, (models) => pointed(models, id, version, false))
}

/** @param added whether the version is new in the bucket */
function pointed(models: ModelsFile, id: string, version: string, added: boolean): ModelsFile {
  const versions = { ...models[id]?.versions, ...(added && { [version]: { source: 'r2' as const } }) }
  if (versions[version] === undefined)
    throw new Error(
      `${id} has no version ${version}; there are: ${Object.keys(versions).join(', ') || 'none'}.`,
    )
  return { ...models, [id]: { current: version, since: new Date().toISOString(), versions } }
}

/** @returns the version of the bundle */
async function putBundle(folder: string, id: string, put: PublishOptions['put']): Promise<string> {
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    files: Record<string, { sha256: string }>
  }
  for (const [name, { sha256 }] of Object.entries(files))
    if (sum(name) !== sha256)
      throw new Error(`${join(folder, name)} differs from its manifest. Make the bundle again.`)
  const version = sum('manifest.json').slice(0, 12)
  for (const name of [...Object.keys(files), 'manifest.json'])
    await put(`models/${id}/${version}/${name}`, join(folder, name))
  return version
}
