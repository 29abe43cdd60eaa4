// The models of a Worker: small ones among its static assets, larger ones in an R2 bucket. Each has a
// models.json; if both have the same model, the newer one wins. The bucket's file is read again every minute,
// so that one write to it switches a version.
import { unusableBundle } from '../api-error.ts'
import type { ModelSource, ServedModel } from './model-source.ts'
import { type ModelsFile, parseModels } from './models-file.ts'

/** The binding of a Worker's static assets. */
export interface Assets {
  fetch(request: Request): Promise<Response>
}

/** The part of an R2 bucket's binding that is used. */
export interface Bucket {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>
}

const REFRESH = 60_000 // ms
/** ms after which a models.json that could not be read is tried again */
const RETRY = 5_000

/**
 * @param bucket read for models.json and for the versions whose source is "r2"
 * @param refresh ms after which the bucket's models.json is read again
 */
export function assetsAndBucket(assets: Assets, bucket?: Bucket, refresh = REFRESH): ModelSource {
  const asset = async (path: string): Promise<Uint8Array | undefined> => {
    // the host does not matter: the binding serves this Worker's own files
    const response = await assets.fetch(new Request(`https://assets.local/${path}`))
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined
  }
  const object = async (path: string): Promise<Uint8Array | undefined> => {
    const found = await bucket?.get(path)
    return found ? new Uint8Array(await found.arrayBuffer()) : undefined
  }
  let last: { readonly models: ModelsFile; readonly until: number } | undefined
  const read = async (name: string, file: (path: string) => Promise<Uint8Array | undefined>) =>
    parseModels(name, await file('models.json'))
  const models = async (): Promise<ModelsFile> => {
    if (last !== undefined && (bucket === undefined || Date.now() < last.until)) return last.models
    // a file that cannot be read or is wrong does not affect the other one
    const [own, theirs] = await Promise.allSettled([
      read('models.json', asset),
      read("the bucket's models.json", object),
    ])
    const failed = [own, theirs].filter((one) => one.status === 'rejected').map(({ reason }) => reason)
    const found = latest(
      own.status === 'fulfilled' ? own.value : undefined,
      theirs.status === 'fulfilled' ? theirs.value : undefined,
    )
    // and it does not change the models that were served before
    const known = failed.length > 0 ? (last?.models ?? found) : found
    if (known === undefined) throw failed[0] ?? unusableBundle('there is no models.json.')
    for (const error of failed)
      console.error(`models.json: ${error instanceof Error ? error.message : error}`)
    last = { models: known, until: Date.now() + (failed.length > 0 ? Math.min(RETRY, refresh) : refresh) }
    return known
  }
  return {
    fresh: true,
    async index() {
      return Object.entries(await models()).map(([id, { current }]) => ({ id, version: current }))
    },
    async file({ id, version }: ServedModel, name) {
      const source = (await models())[id]?.versions[version]?.source ?? 'assets'
      const path = `models/${id}/${version}/${name}`
      const bytes = await (source === 'r2' ? object : asset)(path)
      if (bytes === undefined)
        throw unusableBundle(
          `${path} is not ${source === 'r2' ? 'in the bucket' : 'among the static assets'}.`,
        )
      return bytes
    },
  }
}

/** For each model the newer pointer, or the bucket's if neither has a date; and the versions of both. */
function latest(own: ModelsFile | undefined, theirs: ModelsFile | undefined): ModelsFile | undefined {
  if (own === undefined || theirs === undefined) return own ?? theirs
  const models: ModelsFile = { ...own }
  for (const [id, there] of Object.entries(theirs)) {
    const here = own[id]
    const newer = here !== undefined && (here.since ?? '') > (there.since ?? '') ? here : there
    models[id] = { ...newer, versions: { ...here?.versions, ...there.versions, ...newer.versions } }
  }
  return models
}
