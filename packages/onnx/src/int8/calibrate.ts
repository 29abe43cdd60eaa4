// Measures the range of every quantised activation, on training pairs through the float32 graph (static
// calibration).
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { Checkpoint } from '../graph/checkpoint.ts'
import { type FloatGraph, floatGraph } from '../graph/float-graph.ts'
import { DATA_FILE } from '../graph/graph.ts'
import type { ActivationScale, ActivationScales } from '../graph/int8-graph.ts'

export interface CalibrationText {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

interface Range {
  readonly low: number
  readonly high: number
}

/**
 * Runs texts one by one (no padding, no neighbours) and records the smallest and the largest value of every
 * site.
 * @param scratch folder for the graph that onnxruntime reads; it is left empty
 * @param probed a float32 graph with probes; the ranking network's by default
 * @returns by site, the byte scale that covers this range
 */
export async function calibrate(
  checkpoint: Checkpoint,
  texts: readonly CalibrationText[],
  scratch: string,
  probed: FloatGraph = floatGraph(checkpoint, { probes: true }),
): Promise<ActivationScales> {
  const folder = join(scratch, `calibrate-${randomUUID()}`)
  mkdirSync(folder, { recursive: true })
  try {
    const { model, data, sites } = probed
    writeFileSync(join(folder, 'model.onnx'), model)
    writeFileSync(join(folder, DATA_FILE), data)
    const session = await ort.InferenceSession.create(join(folder, 'model.onnx'))
    const ranges = new Map(sites.map((site) => [site, { low: 0, high: 0 }]))
    for (const text of texts) {
      const outputs = await session.run(feedsOf(text))
      for (const site of sites)
        ranges.set(site, widen(ranges.get(site)!, outputs[`probe.${site}`]!.data as Float32Array))
    }
    await session.release()
    return Object.fromEntries([...ranges].map(([site, range]) => [site, toScale(range)]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function widen({ low, high }: Range, values: Float32Array): Range {
  // hundreds of millions of values: an iterator would cost as much as the network
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}

/** The byte scale that covers low .. high; 0 is exact. */
export function toScale({ low, high }: Range): ActivationScale {
  const scale = (Math.max(0, high) - Math.min(0, low)) / 255 || 1
  return { scale, zero: Math.round(Math.max(0, -low) / scale) }
}

function feedsOf({ ids, typeIds }: CalibrationText): Record<string, ort.Tensor> {
  const tensor = (values: ArrayLike<number>) =>
    new ort.Tensor('int64', BigInt64Array.from(Array.from(values, BigInt)), [1, values.length])
  return {
    input_ids: tensor(ids),
    attention_mask: tensor(Array.from(ids, () => 1)),
    token_type_ids: tensor(typeIds),
  }
}
