// Imports a student of ours that was pushed with its bundle: the same bytes are restored.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BundleConfig, openBundle } from '@disranker/reranker'
import { InputError } from '@disranker/stage'
import { readBundle } from '../bundle.ts'

/** the path of the bundle in a pushed student */
export const BUNDLE_FOLDER = 'bundle'

/**
 * The bundle in the folder of a pushed student; undefined if there is none.
 * @throws {InputError} when it belongs to another student
 * @throws {RerankerError} when a file of it is missing or damaged
 */
export async function readPushedBundle(folder: string): Promise<Record<string, Uint8Array> | undefined> {
  const at = join(folder, BUNDLE_FOLDER)
  if (!existsSync(join(at, 'manifest.json'))) return undefined
  const bundle = readBundle(at)
  const { config, tokenizer } = await openBundle(bundle)
  const given = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Partial<BundleConfig>
  const alike =
    JSON.stringify(given.disranker?.encoding) === JSON.stringify(config.disranker.encoding) &&
    readFileSync(join(folder, 'tokenizer.json'), 'utf8') === tokenizer
  if (!alike)
    throw new InputError(
      `${at} is the bundle of another student than ${folder}: they read pairs in different ways. Push the student again, or delete one of the two.`,
    )
  return bundle
}
