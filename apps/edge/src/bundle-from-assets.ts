// The model bundle of a Worker: the files that its manifest names, from the static assets under bundle/.
import { unusableBundle } from './api-error.ts'

/** The binding of a Worker's static assets. */
export interface Assets {
  fetch(request: Request): Promise<Response>
}

/**
 * Reads the bundle; its sums are checked by who loads it.
 * @throws {ApiError} 503: a file is not there, or the manifest is not one
 */
export async function bundleFromAssets(assets: Assets): Promise<Record<string, Uint8Array>> {
  const manifest = await asset(assets, 'manifest.json')
  const entries = await Promise.all(
    filesOf(manifest).map(async (name) => [name, await asset(assets, name)] as const),
  )
  return { 'manifest.json': manifest, ...Object.fromEntries(entries) }
}

async function asset(assets: Assets, name: string): Promise<Uint8Array> {
  // the host does not matter: the binding serves this Worker's own files
  const response = await assets.fetch(new Request(`https://assets.local/bundle/${name}`))
  if (!response.ok)
    throw unusableBundle(`bundle/${name} is not among the static assets (${response.status}).`)
  return new Uint8Array(await response.arrayBuffer())
}

function filesOf(manifest: Uint8Array): string[] {
  let names: string[]
  try {
    names = Object.keys(JSON.parse(new TextDecoder().decode(manifest)).files)
  } catch (cause) {
    throw unusableBundle('bundle/manifest.json is damaged.', cause)
  }
  // the model card is for people
  return names.filter((name) => !name.endsWith('.md'))
}
