// The models an isolate holds. Requests that began on a version finish on it; one that is not served any more is freed
// when the last of them has left, and the longest unused one goes when there is no room for another.
import { ApiError } from '../api-error.ts'
import { type LoadedModel, loadModel } from './loaded-model.ts'
import { createLoading, type Loading, type LoadState } from './loading.ts'
import { type ModelSource, readBundle, readManifest, type ServedModel } from './model-source.ts'

export type KeepAlive = (work: Promise<unknown>) => void

export interface ModelPool {
  /** @throws {ApiError} 404: no model of this name; 503: the index cannot be read */
  find(id: string | undefined): Promise<ServedModel>
  /** Runs `work` with a loaded model, which is not freed before it ends. @throws {ApiError} 503: it does not load */
  use<Result>(
    model: ServedModel,
    work: (ranker: LoadedModel) => Promise<Result>,
    keepAlive?: KeepAlive,
  ): Promise<Result>
  state(model: ServedModel): LoadState
  /** bytes of the runtime's WebAssembly memory, which all models share */
  heapBytes(): number
}

interface Entry {
  readonly model: ServedModel
  readonly once: Loading<LoadedModel>
  readonly bytes: number
  users: number
}

/** Bytes of bundles held at a time: with them the heap of an isolate stays under 100 MB. */
const ROOM = 32 * 1024 * 1024

export function createModelPool(
  store: ModelSource,
  wasm: WebAssembly.Module | undefined,
  room = ROOM,
): ModelPool {
  // in the order of their last use
  const entries = new Map<string, Entry>()
  /** id -> the version that is served */
  let current: ReadonlyMap<string, string> = new Map()
  let heapBytes = () => 0
  const keyOf = ({ id, version }: ServedModel) => `${id}@${version}`

  function free(entry: Entry): void {
    entries.delete(keyOf(entry.model))
    entry.once.loaded()?.then(
      ({ reranker }) => reranker.dispose(),
      () => {},
    )
  }

  const freeIdle = (entry: Entry) => {
    if (entry.users === 0 && current.get(entry.model.id) !== entry.model.version) free(entry)
  }

  /** frees the longest unused while there is no room */
  function makeRoom({ id }: ServedModel, bytes: number): void {
    if (bytes > room)
      throw new ApiError(
        503,
        `The bundle of ${id} has ${bytes} bytes, an isolate holds ${room}. Train a smaller student.`,
      )
    for (const entry of entries.values()) if (held() + bytes > room && entry.users === 0) free(entry)
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
    // another request may have come first
    const other = entries.get(key)
    if (other !== undefined) return other
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
    makeRoom(model, bytes)
    const once = createLoading(async () => loadModel(await readBundle(store, model), wasm))
    const entry = { model, once, bytes, users: 0 }
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
      throw new ApiError(404, `model: there is no model of this name here. Ask for ${names}.`)
    },
    async use(model, work, keepAlive) {
      const entry = await entryOf(model)
      entry.users++
      try {
        const ranker = await entry.once.get(keepAlive)
        heapBytes = () => ranker.reranker.heapBytes()
        return await work(ranker)
      } finally {
        entry.users--
        freeIdle(entry)
      }
    },
    state: (model) => entries.get(keyOf(model))?.once.state ?? 'not loaded',
    heapBytes: () => heapBytes(),
  }
}
