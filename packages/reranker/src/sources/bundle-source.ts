// Loads a bundle by name: a path, a URL, an npm package or a repository of a hub. Downloads are checked
// against the manifest, file by file, and cached under their hash.
import { folderOfPackage, isBundleFolder, openFileCache, readFolder, settings } from '#local-files'
import { BUNDLE_FILES, type Bundle, type BundleManifest, VECTOR_FILES } from '../bundle.ts'
import { RerankerError } from '../reranker-error.ts'
import { sha256 } from '../sha256.ts'

export interface SourceOptions {
  /** a branch, a tag or a commit of a repository; "main" by default */
  readonly revision?: string | undefined
  /** the hub; HF_ENDPOINT, or https://huggingface.co */
  readonly endpoint?: string | undefined
  /** of the hub, for private repositories; HF_TOKEN */
  readonly token?: string | undefined
  /** false downloads every time */
  readonly cache?: boolean | undefined
  /** sends the requests; the runtime's own by default */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  readonly signal?: AbortSignal | undefined
}

const HUB = 'https://huggingface.co'
const MOST_MANIFEST_BYTES = 4 * 1024 * 1024
/** bytes of a file; a WebAssembly memory cannot hold more */
const MOST_FILE_BYTES = 4 * 1024 * 1024 * 1024

/**
 * Loads a bundle.
 * @param from `./folder`, `https://example.org/bundle/`, `npm:package`, or `owner/name` of a hub
 * @throws {RerankerError} code bundle: the name is unknown, the bundle cannot be loaded, or a file is not the
 * one in its manifest
 */
export async function bringBundle(from: string | URL, options: SourceOptions = {}): Promise<Bundle> {
  const name = String(from)
  if (/^https?:/i.test(name)) return download(name.endsWith('/') ? name : `${name}/`, options, undefined)
  if (from instanceof URL || /^(file:|\.|\/|~|[A-Za-z]:[\\/])/.test(name)) return readFolder(from)
  if (name.startsWith('npm:')) return readFolder(await folderOfPackage(name.slice('npm:'.length)))
  if (await isBundleFolder(name)) return readFolder(name)
  const [, repository, revision = options.revision ?? 'main'] =
    /^([\w.-]+\/[\w.-]+?)(?:@([\w./-]+))?$/.exec(name) ?? []
  if (repository === undefined)
    throw new RerankerError(
      'bundle',
      `"${name}" names no bundle. Wanted: a path like ./bundle, an address, npm:<package>, or <owner>/<name> of a hub.`,
    )
  const { endpoint = HUB, token } = { ...settings(), ...given(options) }
  const address = `${endpoint.replace(/\/+$/, '')}/${repository}/resolve/${encodeURIComponent(revision)}/bundle/`
  return download(address, options, token)
}

const given = ({ endpoint, token }: SourceOptions) => ({
  ...(endpoint !== undefined && { endpoint }),
  ...(token !== undefined && { token }),
})

/** @param address ends with a slash */
async function download(address: string, options: SourceOptions, token: string | undefined): Promise<Bundle> {
  const { cache: cached = true, signal, fetch: send = fetch } = options
  const get = async (name: string, most: number): Promise<Uint8Array> => {
    const response = await send(address + name, {
      ...(token && { headers: { authorization: `Bearer ${token}` } }),
      ...(signal && { signal }),
    }).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw refused(address, name, 'cannot be reached', cause)
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw refused(address, name, `was answered with status ${response.status}`)
    }
    return readBounded(response, most, () => refused(address, name, `has more than ${most} bytes`))
  }
  const manifest = await get('manifest.json', MOST_MANIFEST_BYTES)
  const { files } = parseManifest(manifest, address)
  const cache = cached ? await openFileCache() : undefined
  const bring = async (name: string): Promise<Uint8Array> => {
    const { bytes, sha256: hash } = entryOf(files, name, address)
    const known = await cache?.read(hash)
    if (known !== undefined && known.byteLength === bytes && (await sha256(known)) === hash) return known
    const content = await get(name, bytes)
    if (content.byteLength !== bytes || (await sha256(content)) !== hash)
      throw refused(address, name, 'is not the file that its manifest names (sha256)')
    await cache?.write(hash, content)
    return content
  }
  const bundle: Record<string, Uint8Array> = { 'manifest.json': manifest }
  const named = VECTOR_FILES.filter((name) => files?.[name] !== undefined)
  for (const name of [...BUNDLE_FILES, ...named]) bundle[name] = await bring(name)
  return bundle
}

function parseManifest(bytes: Uint8Array, address: string): BundleManifest {
  try {
    const manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as BundleManifest
    if (manifest?.format === 'disranker-bundle') return manifest
  } catch (cause) {
    throw refused(address, 'manifest.json', 'is not JSON', cause)
  }
  throw refused(address, 'manifest.json', 'is no manifest of a bundle')
}

/** @throws {RerankerError} the manifest does not name the file, or names it in a wrong form */
function entryOf(files: BundleManifest['files'] | undefined, name: string, address: string) {
  const entry = files?.[name]
  const { bytes, sha256: hash } = entry ?? {}
  if (!/^[0-9a-f]{64}$/.test(String(hash)) || !Number.isSafeInteger(bytes) || bytes! > MOST_FILE_BYTES)
    throw refused(address, 'manifest.json', `does not name ${name} by bytes and sha256`)
  return entry!
}

async function readBounded(response: Response, most: number, tooLarge: () => Error): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    size += part.value.byteLength
    if (size > most) {
      await reader?.cancel()
      throw tooLarge()
    }
    parts.push(part.value)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}

const refused = (address: string, name: string, what: string, cause?: unknown) =>
  new RerankerError(
    'bundle',
    `${name} of the bundle at ${address} ${what}. Check the name, the revision and the token (HF_TOKEN), or give the path of a folder.`,
    { cause },
  )
