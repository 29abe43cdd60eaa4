// The models that an isolate holds. A request that began on a version finishes on it. A version that is no longer served is freed
// when its last request has ended, and the least recently used one is freed when there is no room for another.
import {
  type EngineOptions,
  loadReranker,
  type Reranker,
  RerankerError,
  type RerankerErrorCode,
  releaseBundle,
} from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import { createLoading, type Loading, type LoadState } from './loading.ts'
import { type ModelSource, readBundle, readManifest, type ServedModel } from './model-source.ts'

export type KeepAlive = (work: Promise<unknown>) => void

export interface ModelPool {
  /** @throws {ApiError} 404: no model of this name; 503: the index cannot be read */
  find(id: string | undefined): Promise<ServedModel>
  /**
   * Runs `work` with a loaded model, which is not freed before it ends; once more with a new one if the
   * runtime fails.
   * @throws {ApiError} 503: it does not load, or the runtime fails again
   */
  use<Result>(
    model: ServedModel,
    work: (reranker: Reranker) => Promise<Result>,
    keepAlive?: KeepAlive,
  ): Promise<Result>
  state(model: ServedModel): LoadState
  /** bytes of the runtime's WebAssembly memory, which all models share */
  heapBytes(): number
}

interface Entry {
  readonly model: ServedModel
  readonly once: Loading<Reranker>
  readonly bytes: number
  /** the requests that use it, each with its start time */
  readonly users: Set<{ readonly since: number }>
}

/** Maximal bytes of loaded bundles: with them the heap of an isolate stays under 100 MB. */
const ROOM = 32 * 1024 * 1024
/** ms after which a request counts as ended: one that the platform ends cannot remove itself */
const LONGEST = 120_000

export function createModelPool(store: ModelSource, engines: EngineOptions = {}, room = ROOM): ModelPool {
  // in the order of their last use
  const entries = new Map<string, Entry>()
  /** id -> the served version */
  let current: ReadonlyMap<string, string> = new Map()
  let heapBytes = () => 0
  const keyOf = ({ id, version }: ServedModel) => `${id}@${version}`
  const dispose = (reranker: Reranker) => void reranker.dispose().catch(() => {})

  function free(entry: Entry): void {
    if (entries.get(keyOf(entry.model)) === entry) entries.delete(keyOf(entry.model))
    if (entry.once.loaded !== undefined) dispose(entry.once.loaded)
  }

  function inUse({ users }: Entry): boolean {
    const longAgo = Date.now() - LONGEST
    for (const user of users) if (user.since < longAgo) users.delete(user)
    return users.size > 0
  }

  const freeIdle = (entry: Entry) => {
    if (!inUse(entry) && current.get(entry.model.id) !== entry.model.version) free(entry)
  }

  /** frees the least recently used models until there is room */
  function makeRoom({ id }: ServedModel, bytes: number): void {
    if (bytes > room)
      throw new ApiError(
        503,
        `The bundle of ${id} has ${bytes} bytes, an isolate has room for ${room}. Train a smaller student.`,
      )
    for (const entry of entries.values()) if (held() + bytes > room && !inUse(entry)) free(entry)
    if (held() + bytes > room)
      throw new ApiError(503, 'Other models are busy and leave no room for this one. Send it again.', {
        headers: { 'retry-after': '1' },
      })
  }
  const held = () => [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0)

  async function entryOf(model: ServedModel): Promise<Entry> {
    const key = keyOf(model)
    const known = entries.get(key)
    if (known !== undefined) {
      entries.delete(key)
      entries.set(key, known)
      return known
    }
    const { files } = await readManifest(store, model)
    // another request may have added it meanwhile
    const other = entries.get(key)
    if (other !== undefined) return other
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
    makeRoom(model, bytes)
    const load = async () => {
      const bundle = await readBundle(store, model)
      const loaded = await loadReranker(bundle, engines)
      // an engine of the program may keep its files
      if (store.fresh && engines.own === undefined) releaseBundle(bundle)
      return loaded
    }
    const once = createLoading(load, dispose)
    const entry = { model, once, bytes, users: new Set<{ since: number }>() }
    entries.set(key, entry)
    return entry
  }

  return {
    async find(id) {
      const models = await store.index()
      current = new Map(models.map(({ id, version }) => [id, version]))
      for (const entry of entries.values()) freeIdle(entry)
      const found = id === undefined ? models[0] : models.find((model) => model.id === id)
      if (found !== undefined) return found
      const names = models.map((model) => `"${model.id}"`).join(' or ')
      throw new ApiError(404, `model: there is no model of this name. Use ${names}.`)
    },
    async use(model, work, keepAlive) {
      for (let failed = false; ; failed = true) {
        const entry = await entryOf(model)
        const user = { since: Date.now() }
        entry.users.add(user)
        try {
          const loaded = await entry.once.get(keepAlive)
          heapBytes = () => loaded.heapBytes()
          return await work(loaded)
        } catch (error) {
          // the runtime trapped or ran out of memory: its state is unreliable, so a new instance replaces it
          if (!(error instanceof RerankerError && FATAL.has(error.code))) throw error
          free(entry)
          if (failed) throw unusable(error)
        } finally {
          entry.users.delete(user)
          freeIdle(entry)
        }
      }
    },
    state: (model) => entries.get(keyOf(model))?.once.state ?? 'not loaded',
    heapBytes: () => heapBytes(),
  }
}

/** errors that a new instance may fix: the runtime failed, or this instance was freed while it was in use */
const FATAL: ReadonlySet<string> = new Set<RerankerErrorCode>(['runtime', 'disposed'])

const unusable = (cause: RerankerError) =>
  new ApiError(503, 'The runtime failed twice on this request. Send fewer or shorter documents.', { cause })
