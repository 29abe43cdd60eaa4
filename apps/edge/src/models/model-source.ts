// The source of models: an index with the served version of each, and the files of a version.
import { type Bundle, type BundleManifest, sha256 } from '@disranker/reranker'
import { unusableBundle } from '../api-error.ts'

export interface ServedModel {
  /** its name in requests */
  readonly id: string
  /** the first 12 hex digits of the sha256 of its manifest.json */
  readonly version: string
}

export interface ModelSource {
  /** The served models; the first one is the default. */
  index(): Promise<readonly ServedModel[]>
  /** @throws {ApiError} 503: the file does not exist */
  file(model: ServedModel, name: string): Promise<Uint8Array>
  /** whether each call of `file` returns new bytes that are not shared */
  readonly fresh?: boolean
}

const VERSION_DIGITS = 12

/** The version id of a manifest. */
async function versionOf(manifest: Uint8Array): Promise<string> {
  return (await sha256(manifest)).slice(0, VERSION_DIGITS)
}

/**
 * The manifest of a version, checked against the version.
 * @throws {ApiError} 503: missing, changed, or no manifest
 */
export async function readManifest(store: ModelSource, model: ServedModel): Promise<BundleManifest> {
  const bytes = await store.file(model, 'manifest.json')
  if ((await versionOf(bytes)) !== model.version)
    throw unusableBundle(`the manifest.json of ${model.id} is not that of version ${model.version} (sha256).`)
  try {
    const manifest: BundleManifest = JSON.parse(new TextDecoder().decode(bytes))
    Object.keys(manifest.files)
    return manifest
  } catch (cause) {
    throw unusableBundle(`the manifest.json of ${model.id} is damaged.`, cause)
  }
}

/** All files that a program needs for a version; loadReranker checks their hashes. */
export async function readBundle(store: ModelSource, model: ServedModel): Promise<Bundle> {
  const manifest = await readManifest(store, model)
  // the model card is for people
  const names = ['manifest.json', ...Object.keys(manifest.files).filter((name) => !name.endsWith('.md'))]
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await store.file(model, name)] as const)),
  )
}

/**
 * A store of one model, for programs that have its bytes. `bundle` is called on first use, and again after a
 * failure.
 */
export function oneModel(id: string, bundle: () => Promise<Bundle>): ModelSource {
  // the files, not their promise: a promise belongs to the request that created it
  let known: Bundle | undefined
  const get = async () => {
    known ??= await bundle()
    return known
  }
  const file = async (name: string) => {
    const bytes = (await get())[name]
    if (bytes === undefined) throw unusableBundle(`${name} is missing.`)
    return bytes
  }
  return {
    index: async () => [{ id, version: await versionOf(await file('manifest.json')) }],
    file: (_, name) => file(name),
  }
}
