// Changes the bucket's models.json safely: it is checked by its schema before anything is written, and
// written only if the file has not changed since it was read.
import { type ModelsFile, parseModels } from '../../src/models/models-file.ts'

export interface IndexStore {
  /** The file and its version; undefined if there is none. */
  read(): Promise<{ readonly text: string; readonly etag: string } | undefined>
  /**
   * @param etag of the file that is replaced; undefined: there must be none
   * @returns whether it was written
   */
  write(text: string, etag: string | undefined): Promise<boolean>
}

const TRIES = 10

/**
 * @param change returns the new content for the current one, {} if there is none; called again after a
 * concurrent change
 * @throws {Error} the old or the new content is invalid
 */
export async function changeIndex(
  store: IndexStore,
  change: (models: ModelsFile) => ModelsFile,
): Promise<ModelsFile> {
  for (let tried = 0; tried < TRIES; tried++) {
    const found = await store.read()
    const changed = change(readModels(found?.text))
    const text = JSON.stringify(changed, null, 2)
    readModels(text)
    if (await store.write(text, found?.etag)) return changed
  }
  throw new Error(`models.json was changed by others ${TRIES} times in between. Publish again.`)
}

/** @throws {Error} it is invalid: a Worker would serve none of its models */
export const readModels = (text: string | undefined): ModelsFile =>
  text === undefined ? {} : parseModels("the bucket's models.json", new TextEncoder().encode(text))!
