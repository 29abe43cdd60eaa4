// Embeds many documents with the encoder of a bundle, on every core; a killed run resumes with the next
// shard.
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Document } from '@disranker/dataset'
import type { Bundle, DocumentVector } from '@disranker/reranker'
import { startThreads, threadsWanted, type Work, writeWholeFile } from '@disranker/stage'
import type { MadeVectors } from './vector-thread.ts'

/** maximal number of threads: each has its own copy of the weights */
const MOST_THREADS = 8
/** documents between two savings */
const SHARD = 64

/**
 * @param key of the encoder: shards of another one are not used
 * @returns vectors by document id
 */
export async function embedDocuments(
  bundle: Bundle,
  key: string,
  documents: readonly Document[],
  { scratch, progress, signal }: Pick<Work, 'scratch' | 'progress' | 'signal'>,
): Promise<ReadonlyMap<string, DocumentVector>> {
  const count = Math.min(MOST_THREADS, threadsWanted() ?? availableParallelism())
  const threads = startThreads(count, new URL('./vector-thread.ts', import.meta.url), signal, bundle)
  const made = new Map<string, DocumentVector>()
  progress.start('vectors of documents', documents.length, 'documents')
  let next = 0
  const worker = async () => {
    while (next < documents.length) {
      signal.throwIfAborted()
      const from = next
      const some = documents.slice(from, from + SHARD)
      next += SHARD
      const file = join(scratch, `${key}-${from}.vectors`)
      const shard = existsSync(file)
        ? read(file, some.length)
        : await threads.ask<MadeVectors>(some.map(parts))
      if (!existsSync(file)) write(file, shard)
      const features = shard.values.length / some.length
      for (const [at, { id }] of some.entries())
        made.set(id, {
          values: shard.values.subarray(at * features, (at + 1) * features),
          scale: shard.scales[at]!,
        })
      progress.update(made.size)
    }
  }
  try {
    await Promise.all(Array.from({ length: count }, worker))
  } finally {
    progress.stop()
    await threads.close()
  }
  return made
}

const parts = ({ title, summary }: Document) => ({ title, summary })

function write(file: string, { values, scales }: MadeVectors): void {
  const bytes = new Uint8Array(scales.byteLength + values.byteLength)
  bytes.set(new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength))
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), scales.byteLength)
  writeWholeFile(file, bytes)
}

function read(file: string, documents: number): MadeVectors {
  const { buffer } = Uint8Array.from(readFileSync(file))
  return { scales: new Float32Array(buffer, 0, documents), values: new Int8Array(buffer, 4 * documents) }
}
