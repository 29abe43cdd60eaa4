// Serves one file of a bundle, for programs that run the model themselves, such as the page "in this
// browser".
import { ApiError } from '../api-error.ts'
import { type ModelSource, readManifest } from './model-source.ts'

/** @throws {ApiError} 404: no such model, version or file */
export async function download(
  store: ModelSource,
  { id, version, name }: { id: string; version: string; name: string },
): Promise<Response> {
  const known = (await store.index()).some((model) => model.id === id) && /^[0-9a-f]{12}$/.test(version)
  const files = known
    ? await readManifest(store, { id, version }).then(
        ({ files }) => files,
        () => undefined,
      )
    : undefined
  if (files === undefined || !(name === 'manifest.json' || Object.hasOwn(files, name)))
    throw new ApiError(404, 'There is no such model file. GET /v1/models lists the models.')
  const bytes = await store.file({ id, version }, name)
  const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream'
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    // a version never changes; it is private if a key was required
    headers: { 'content-type': type, 'cache-control': 'private, max-age=31536000, immutable' },
  })
}
