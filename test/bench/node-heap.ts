// The JavaScript heap of the app after a garbage collection, which workerd does not tell: the same app and the same
// requests in Node. (The resident memory of `wrangler dev` says nothing: it grows for an empty Worker too.)
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createApp, DEFAULT_LIMITS } from '@disranker/edge'
import { soak } from '../edge/soak.ts'
import { DIST } from './example-requests.ts'

/** small, so that it is full after the first thousand requests and what grows is something else */
const SCORE_CACHE = 2 ** 20
const ROUNDS = 8
const SLACK = 2 ** 20 // bytes

/** Prints the heap every `every` requests; fails when it grows after the first two rounds. */
export async function tellNodeHeap(every: number, seed: number): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const models = join(DIST, 'models', 'disranker')
  const folder = join(models, readdirSync(models)[0]!)
  const bundle = Object.fromEntries(
    readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  )
  const app = createApp({
    bundle: async () => bundle,
    limits: { ...DEFAULT_LIMITS, scoreCacheBytes: SCORE_CACHE },
  })
  const { log } = console
  console.log = () => {} // a line a request
  const heaps: number[] = []
  try {
    const ask = (path: string, request?: RequestInit) => app.request(`http://localhost${path}`, request)
    for await (const { requests, errors } of soak(ask, ROUNDS * every, every, seed)) {
      collect()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      heaps.push(heapUsed + arrayBuffers)
      log(
        `in Node: ${requests} requests, ${errors} errors, heap and buffers ${(heaps.at(-1)! / 2 ** 20).toFixed(1)} MiB`,
      )
    }
  } finally {
    console.log = log
  }
  const growth = heaps.at(-1)! - heaps[1]!
  console.log(`in Node: ${growth} bytes more after the last ${(ROUNDS - 2) * every} requests`)
  if (growth > SLACK) process.exitCode = 1
}
