// 20,000 requests of random valid sizes to the trained example: `npm run bench -- soak [count] [seed]`. No error, and no
// more memory after the first 1,000.
import { serve } from '@disranker/edge/serve'
import { type SoakState, soak } from '../edge/soak.ts'
import { DIST } from './example-requests.ts'
import { tellNodeHeap } from './node-heap.ts'

const EVERY = 1_000
const SLACK = 2 ** 20 // bytes

const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** Prints a line every 1,000 requests; fails on an error or on a heap that grows. */
export async function run(): Promise<void> {
  const count = Number(process.argv[3] ?? 20_000)
  const seed = Number(process.argv[4] ?? 1)
  const server = await serve({ dist: DIST, alone: true })
  const began = performance.now()
  let first: SoakState | undefined
  let last: SoakState | undefined
  try {
    for await (const state of soak(
      (path, request) => fetch(`${server.url}${path}`, request),
      count,
      EVERY,
      seed,
    )) {
      first ??= state
      last = state
      const { requests, errors, heap, scoreCache } = state
      const left = ((performance.now() - began) / requests) * (count - requests)
      console.log(
        `${requests} requests, ${errors} errors, wasm heap ${mb(heap)}, score cache ${mb(scoreCache)}, ` +
          `${Math.ceil(left / 1000)} s left`,
      )
    }
  } finally {
    await server.close()
  }
  const growth = last!.heap - first!.heap
  console.log(`${last!.errors} errors; the heap grew by ${growth} bytes after the first ${EVERY} requests`)
  if (last!.errors > 0 || growth > SLACK) process.exitCode = 1
  await tellNodeHeap(EVERY, seed)
}
