// Files of records in a local or mounted folder.
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { InputError } from '@disranker/stage'
import type { TableFiles } from './iceberg-source.ts'
import { isRecorded, isSince, type RecordSource } from './record-source.ts'

/** @throws {InputError} when listed: the folder does not exist */
export const folderSource = (folder: string): RecordSource => ({
  name: folder,
  async *list(since) {
    if (!existsSync(folder))
      throw new InputError(
        `${folder} does not exist. Wanted: the folder that the server's RECORD_FOLDER names.`,
      )
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      const name = relative(folder, path).replaceAll('\\', '/')
      if (!entry.isFile() || !isRecorded(name) || !isSince(name, since)) continue
      const { size, mtimeMs } = statSync(path)
      yield { name, tag: `${size} ${mtimeMs}` }
    }
  },
  read: async ({ name }) => createReadStream(join(folder, name)),
})

/** The files of a folder with Iceberg tables. @throws {InputError} when listed: the folder does not exist */
export const folderFiles = (folder: string): TableFiles => ({
  name: folder,
  async *list(below) {
    if (!existsSync(folder))
      throw new InputError(`${folder} does not exist. Wanted: the folder that has the tables.`)
    if (existsSync(join(folder, below)))
      for (const name of readdirSync(join(folder, below))) yield `${below}/${name}`
  },
  get: async (name) => createReadStream(join(folder, name)),
})
