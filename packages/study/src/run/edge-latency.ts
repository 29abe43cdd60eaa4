// Milliseconds at the edge: 50 candidates of a validation query through the bundle, in WebAssembly on one
// thread, as in a Worker. Measured while no other step of the study runs.
import { join } from 'node:path'
import type { Pairs } from '@disranker/dataset'
import { readBundle } from '@disranker/onnx'
import { itemsOf } from '@disranker/ranking'
import { loadReranker } from '@disranker/reranker'

const DOCUMENTS = 50
const ROUNDS = 9

export interface EdgeLatency {
  readonly engine: string
  /** CPU milliseconds, the median of nine rounds */
  readonly milliseconds: number
  /** of the int8 weights */
  readonly bytes: number
}

/** @param folder of a quantize step */
export async function edgeLatency(folder: string, pairs: Pairs): Promise<EdgeLatency> {
  const bundle = readBundle(join(folder, 'bundle'))
  const [id, rows] =
    [...pairs.candidates('validation')].find(([, rows]) => rows.length >= DOCUMENTS) ??
    [...pairs.candidates('validation')].at(0)!
  const items = itemsOf(id, rows.slice(0, DOCUMENTS), pairs)
  const documents = items.map(({ document }) => document)
  const reranker = await loadReranker(bundle)
  try {
    const times: number[] = []
    // the first round compiles
    for (let round = 0; round <= ROUNDS; round++) {
      const before = process.cpuUsage()
      await reranker.score(items[0]!.query, documents)
      const { user, system } = process.cpuUsage(before)
      if (round > 0) times.push((user + system) / 1000)
    }
    const median = times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!
    return { engine: reranker.engine, milliseconds: median, bytes: bundle['model.onnx.data']!.byteLength }
  } finally {
    await reranker.dispose()
  }
}
