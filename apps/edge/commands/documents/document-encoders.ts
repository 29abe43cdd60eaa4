// Embeds documents for publishing with the sentence encoder of the bundle that will be served, in one thread
// for each core.
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { openBundle } from '@disranker/reranker'
import type { StoredVector } from '../../src/documents/stored-vector.ts'
import type { DocumentLine } from './document-lines.ts'
import type { WrittenDocument } from './document-writer.ts'

export interface DocumentEncoders {
  withVectors(documents: readonly DocumentLine[]): Promise<readonly WrittenDocument[]>
  close(): Promise<unknown>
}

/** maximal number of threads: each has its own copy of the weights */
const MOST_THREADS = 8
/** documents in a message */
const AT_ONCE = 16

/**
 * @param folder of a bundle
 * @throws {Error} the bundle has no sentence encoder
 */
export async function openEncoders(folder: string): Promise<DocumentEncoders> {
  const bundle = Object.fromEntries(
    readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]),
  )
  const { vectors } = await openBundle(bundle)
  if (vectors === undefined)
    throw new Error(
      `${folder} is a bundle without a sentence encoder. Set edge.form to "vectors" in packages/onnx/recipes/vectors.ts, run "npx turbo run vectors", and name packages/onnx/out/vectors/bundle.`,
    )
  const threads = Array.from({ length: Math.min(MOST_THREADS, availableParallelism()) }, () =>
    startThread(bundle),
  )
  return {
    async withVectors(documents) {
      const written: WrittenDocument[] = []
      let next = 0
      await Promise.all(
        threads.map(async (ask) => {
          while (next < documents.length) {
            const from = next
            next += AT_ONCE
            const some = documents.slice(from, from + AT_ONCE)
            const made = await ask.vectors(some)
            for (const [at, line] of some.entries()) written[from + at] = { ...line, vector: made[at]! }
          }
        }),
      )
      return written
    },
    close: () => Promise.all(threads.map(({ end }) => end())),
  }
}

function startThread(bundle: Readonly<Record<string, Uint8Array>>) {
  const worker = new Worker(new URL('./encoder-thread.ts', import.meta.url), { workerData: bundle })
  return {
    vectors: (documents: readonly DocumentLine[]) =>
      new Promise<readonly StoredVector[]>((resolve, reject) => {
        worker.once('error', reject)
        worker.once('message', (made) => {
          worker.off('error', reject)
          resolve(made)
        })
        worker.postMessage(documents)
      }),
    end: () => worker.terminate(),
  }
}
