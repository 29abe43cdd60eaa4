// Uploads a model to a repository of the hub: all files in one commit, so that readers never see a partial
// model.
import { InputError } from '@disranker/stage'
import { createRepo, HubApiError, uploadFiles } from '@huggingface/hub'
import type { HubSettings } from './hub-settings.ts'
import { watchedFetch } from './watched-fetch.ts'

export interface PushModelOptions {
  /** "owner/name"; created as private if it does not exist */
  readonly repository: string
  /** by path in the repository; a blob is read when it is sent */
  readonly files: ReadonlyMap<string, Uint8Array | Blob>
  readonly settings: HubSettings
  /** of the commit */
  readonly title: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Uploads and commits.
 * @returns the commit and its URL
 * @throws {InputError} no token, no access, no connection, or a hub that does not answer; the repository is
 * then unchanged
 */
export async function pushModel({ repository, files, settings, title, signal }: PushModelOptions) {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new InputError(`"${repository}" names no repository. Wanted: "owner/name".`)
  if (settings.offline)
    throw new InputError('HF_HUB_OFFLINE is set: nothing is pushed. Unset it and push again.')
  const { token: accessToken, endpoint: hubUrl } = settings
  if (accessToken === undefined)
    throw new InputError('HF_TOKEN is not set. Wanted: a token of the hub that may write to the repository.')
  const common = { repo: repository, hubUrl, accessToken, fetch: watchedFetch(settings.silence, signal) }
  try {
    await createRepo({ ...common, visibility: 'private' }).catch((error: unknown) => {
      // it exists already
      if (!(error instanceof HubApiError && error.statusCode === 409)) throw error
    })
    const content = [...files].map(([path, bytes]) => ({
      path,
      content: bytes instanceof Blob ? bytes : new Blob([bytes as Uint8Array<ArrayBuffer>]),
    }))
    const made = await uploadFiles({ ...common, files: content, commitTitle: title, useXet: false })
    return { commit: made!.commit.oid, url: made!.commit.url }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof InputError) throw error
    const said =
      error instanceof HubApiError
        ? `it answered ${error.statusCode}: ${error.message}`
        : String((error as Error).message)
    throw new InputError(
      `${repository} could not be pushed to ${hubUrl}: ${said}. Check HF_TOKEN, its rights and the connection.`,
      { cause: error },
    )
  }
}
