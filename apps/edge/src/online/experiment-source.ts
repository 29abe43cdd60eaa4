// The running experiments: a file among the assets, which a deployment sets, or one in a KV namespace or R2
// bucket, which is read again every minute, so that an experiment can be stopped without a deployment.
import { type Experiment, parseExperiments } from '@disranker/experiments'
import type { KeyStore } from '../access/key-ring.ts'
import type { Assets } from '../models/assets-and-bucket.ts'

export const EXPERIMENTS_FILE = 'experiments.json'

export type ExperimentSource = () => Promise<readonly Experiment[]>

const REFRESH = 60_000 // ms

/**
 * @param store replaces the assets' file
 * @param refresh ms after which the store is read again
 */
export function experimentSource(
  assets: Assets | undefined,
  store: KeyStore | undefined,
  refresh = REFRESH,
): ExperimentSource {
  let last: { readonly experiments: readonly Experiment[]; readonly until: number } | undefined
  async function read(): Promise<string | undefined> {
    if (store !== undefined) {
      const found = await store.get(EXPERIMENTS_FILE)
      return typeof found === 'string' || found === null ? (found ?? undefined) : found.text()
    }
    const response = await assets?.fetch(new Request(`https://assets.local/${EXPERIMENTS_FILE}`))
    return response?.ok ? response.text() : undefined
  }
  return async () => {
    if (last !== undefined && Date.now() < last.until) return last.experiments
    let experiments = last?.experiments ?? []
    try {
      const text = await read()
      experiments = text === undefined ? [] : parseExperiments(text)
    } catch (error) {
      // the previous experiments continue; a wrong file must not change the results of users
      console.error(JSON.stringify({ level: 'error', event: 'experiments', fault: String(error) }))
    }
    // an asset only changes with a deployment, which starts new isolates
    last = { experiments, until: store === undefined ? Number.POSITIVE_INFINITY : Date.now() + refresh }
    return experiments
  }
}
