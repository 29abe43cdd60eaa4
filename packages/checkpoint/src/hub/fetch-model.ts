// Finds a model by name: `HuggingFaceTB/SmolLM2-135M` of a hub, at a revision, or a local folder. The result
// is always a folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError, type Progress } from '@disranker/stage'
import { HubApiError, listFiles, modelInfo } from '@huggingface/hub'
import { download, type RemoteFile } from './download.ts'
import { isCommit, type RepositoryCache, repositoryCache } from './hub-cache.ts'
import type { HubSettings } from './hub-settings.ts'
import { watchedFetch } from './watched-fetch.ts'

export interface FetchModelOptions {
  /** a branch, a tag or, so that the model never changes, a commit; "main" by default */
  readonly revision?: string | undefined
  readonly settings: HubSettings
  readonly progress?: Progress | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ModelSource {
  /** contains config.json, tokenizer.json and the weights, in one file or shards */
  readonly folder: string
  /** "owner/name", undefined for a local folder */
  readonly repository?: string
  /** of the repository */
  readonly commit?: string
}

const INDEX = 'model.safetensors.index.json'
const NEEDED = ['config.json', 'tokenizer.json']
/** files at the top, in the module folders of sentence-transformers (1_Pooling, 2_Dense), and the parts of our own students */
const WANTED =
  /^(config|tokenizer|tokenizer_config|special_tokens_map|generation_config|modules|sentence_bert_config|config_sentence_transformers)\.json$|^\d+_[A-Za-z]+\/(config\.json|model\.safetensors)$|^(README|LICENSE|NOTICE)[\w.-]*$|^wide\.safetensors$|^bundle\/(manifest\.json|config\.json|tokenizer\.json|model\.onnx(\.data)?|README\.md)$|^model(-\d+-of-\d+)?\.safetensors(\.index\.json)?$/

/**
 * Finds a model, and downloads the files that the cache lacks.
 * @param from a path ("./model", "/models/x", or any existing folder), or "owner/name"
 * @throws {InputError} one sentence: no such folder, repository or revision, no access, no connection, a hub
 * that does not answer, missing or damaged files
 * @example await fetchModel('HuggingFaceTB/SmolLM2-135M', { settings: hubSettings(process.env) })
 */
export async function fetchModel(from: string, options: FetchModelOptions): Promise<ModelSource> {
  if (/^(\.|\/|~|[A-Za-z]:[\\/])/.test(from) || existsSync(join(from, 'config.json'))) {
    if (existsSync(from)) return { folder: resolve(from) }
    throw new InputError(
      `There is no folder ${from}. Wanted: a Hugging Face folder, or a model as "owner/name".`,
    )
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(from))
    throw new InputError(
      `"${from}" names no model. Wanted: "owner/name" of the hub, or the path of a folder.`,
    )
  const { revision = 'main', settings } = options
  const laid = laidOut(from, settings)
  if (laid !== undefined) {
    if (options.revision !== undefined)
      options.progress?.say(
        `${from}: taken from ${laid} (DISRANKER_MODELS). A folder does not say its revision, so nothing shows that it is ${revision}.`,
      )
    return { folder: laid, repository: from }
  }
  const cache = repositoryCache(settings.cache, from)
  const known = cache.commitOf(revision)
  if (known !== undefined && (settings.offline || isCommit(revision)) && isWhole(cache, known))
    return { folder: cache.snapshot(known), repository: from, commit: known }
  if (settings.offline)
    throw new InputError(
      `${from} at ${revision} is not whole in ${settings.cache}, and HF_HUB_OFFLINE is set. Unset it once, or name a folder.${notLaidOut(from, settings)}`,
    )
  try {
    return await fetchRevision(from, revision, cache, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw explain(error, from, revision, settings)
  }
}

/** The folder of a model in DISRANKER_MODELS: "owner/name" below it, or "name". */
function laidOut(from: string, { models }: HubSettings): string | undefined {
  if (models === undefined) return undefined
  if (!existsSync(models))
    throw new InputError(`DISRANKER_MODELS names ${models}, which is not there. Fix or unset it.`)
  const folders = [from, from.split('/')[1]!].map((name) => resolve(models, name))
  const found = folders.find((folder) => existsSync(join(folder, 'config.json')))
  if (found === undefined && existsSync(join(models, 'config.json')))
    throw new InputError(
      `DISRANKER_MODELS names ${models}, which is the folder of a model. Wanted: the folder above it, with one folder a model, called ${from} or ${from.split('/')[1]}.`,
    )
  return found
}

/** The folders in the folder of models that may be meant; empty if no such folder is set. */
function notLaidOut(from: string, { models }: HubSettings): string {
  if (models === undefined) return ''
  const folders = readdirSync(models, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.slice(0, 10).map(({ name }) => name)
  return ` ${models} (DISRANKER_MODELS) has no folder ${from} or ${from.split('/')[1]}; it has: ${names.join(', ') || 'no folder'}.`
}

async function fetchRevision(
  repository: string,
  revision: string,
  cache: RepositoryCache,
  { settings, progress, signal }: FetchModelOptions,
): Promise<ModelSource> {
  const { endpoint, token } = settings
  const asking = {
    hubUrl: endpoint,
    fetch: watchedFetch(settings.silence, signal),
    ...(token && { accessToken: token }),
  }
  const { sha: commit } = await modelInfo({
    ...asking,
    name: repository,
    revision,
    additionalFields: ['sha'],
  })
  if (typeof commit !== 'string' || !isCommit(commit))
    throw new InputError(
      `${endpoint} names no commit for ${repository}. Is HF_ENDPOINT the address of a hub?`,
    )
  const files = await filesOf(repository, commit, asking)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const missing = files.filter(({ path }) => !cache.has(commit, path))
  const before = total - missing.reduce((sum, { size }) => sum + size, 0)
  const short = commit.slice(0, 12)
  if (!isCommit(revision))
    progress?.say(`${repository}: ${revision} is ${commit} now. Pin it with \`revision\` in the recipe.`)
  const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  if (missing.length > 0) progress?.start(`${repository} ${short}`, megabytes(total), 'MB', megabytes(before))
  let done = before
  for (const file of missing) {
    const onBytes = (bytes: number) => progress?.update(megabytes(done + bytes), file.path)
    await download(file, {
      ...{ repository, commit, endpoint, token },
      cache,
      signal,
      onBytes,
      fetch: asking.fetch,
    })
    cache.name(commit, file.path, file.hash)
    done += file.size
  }
  if (missing.length > 0) progress?.stop()
  // only now, so that a remembered revision is always complete
  cache.rememberCommit(revision, commit)
  return { folder: cache.snapshot(commit), repository, commit }
}

/** The files of a commit that make up a model, small ones first. */
async function filesOf(
  repository: string,
  commit: string,
  asking: { hubUrl: string; fetch: typeof fetch; accessToken?: string },
): Promise<RemoteFile[]> {
  const files: RemoteFile[] = []
  const others: string[] = []
  for await (const { type, path, size, oid, lfs } of listFiles({
    ...asking,
    repo: repository,
    revision: commit,
  })) {
    if (type !== 'file') continue
    if (WANTED.test(path)) files.push({ path, size: lfs?.size ?? size, hash: lfs?.oid ?? oid! })
    else if (/\.(bin|gguf|onnx|h5|msgpack)$/.test(path)) others.push(path)
  }
  const lacks = (file: string) => !files.some(({ path }) => path === file)
  const weights = lacks(INDEX) && lacks('model.safetensors') ? ['model.safetensors'] : []
  const missing = [...NEEDED.filter(lacks), ...weights]
  if (missing.length > 0)
    throw new InputError(
      `${repository} has no ${missing.join(' and no ')}${others.length > 0 ? `, but ${others.slice(0, 3).join(', ')}` : ''}. Wanted: config.json, tokenizer.json and weights as safetensors; take a model or a revision that has them.`,
    )
  return files.sort((a, b) => a.size - b.size)
}

function isWhole(cache: RepositoryCache, commit: string): boolean {
  if (!NEEDED.every((file) => cache.has(commit, file))) return false
  if (!cache.has(commit, INDEX)) return cache.has(commit, 'model.safetensors')
  const index = JSON.parse(readFileSync(join(cache.snapshot(commit), INDEX), 'utf8')) as {
    weight_map: Record<string, string>
  }
  return Object.values(index.weight_map).every((file) => cache.has(commit, file))
}

function explain(error: unknown, repository: string, revision: string, settings: HubSettings): Error {
  const { endpoint, token } = settings
  if (error instanceof InputError) return error
  if (error instanceof HubApiError) {
    const { statusCode: status } = error
    const what: Record<number, string> = {
      401: token ? 'HF_TOKEN is not accepted' : 'it needs a token: set HF_TOKEN, or check the name',
      403: 'access is not granted: accept its terms on its page, with the account of HF_TOKEN',
      404: `it has no such repository or no revision ${revision}. Check both`,
      429: 'too many requests: wait, or set HF_TOKEN',
    }
    return new InputError(
      `${endpoint} answers ${status} for ${repository}: ${what[status] ?? 'it is out of order: try later'}.`,
      { cause: error },
    )
  }
  const reason =
    error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error)
  return new InputError(
    `${endpoint} cannot be reached for ${repository} (${reason}). Check the connection, set HF_ENDPOINT to a mirror, or HF_HUB_OFFLINE=1 to use what was downloaded before.${notLaidOut(repository, settings)}`,
    { cause: error },
  )
}
