// The range of every quantised activation, seen on training pairs through the float32 graph (static calibration).
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { plainScales } from './activation-scales.ts'
import type { Checkpoint } from './checkpoint.ts'
import { floatGraph } from './float-graph.ts'
import { DATA_FILE } from './graph.ts'
import type { ActivationScales } from './int8-graph.ts'

export interface CalibrationText {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

/** What was seen of every feature of an activation. */
export interface ActivationRange {
  readonly low: Float32Array
  readonly high: Float32Array
  /** mean of the squares */
  readonly square: Float64Array
}

/** by site */
export type ActivationRanges = ReadonlyMap<string, ActivationRange>

/**
 * Runs texts one by one (no padding, no neighbours) and takes the smallest, the largest and the mean square of the values of every site.
 * @param scratch where the graph is put for onnxruntime to read; nothing is left there
 */
export async function activationRanges(
  checkpoint: Checkpoint,
  texts: readonly CalibrationText[],
  scratch: string,
): Promise<ActivationRanges> {
  const folder = join(scratch, `calibrate-${randomUUID()}`)
  mkdirSync(folder, { recursive: true })
  try {
    const { model, data, sites } = floatGraph(checkpoint, { probes: true })
    writeFileSync(join(folder, 'model.onnx'), model)
    writeFileSync(join(folder, DATA_FILE), data)
    const session = await ort.InferenceSession.create(join(folder, 'model.onnx'))
    const ranges = new Map(
      [...sites].map(([site, [weight]]) => {
        const features = checkpoint.tensor(weight!).shape[1]!
        const [low, high] = [new Float32Array(features), new Float32Array(features)]
        return [site, { low, high, square: new Float64Array(features) }]
      }),
    )
    const rows = new Map<string, number>()
    for (const text of texts) {
      const outputs = await session.run(feedsOf(text))
      for (const [site, range] of ranges) {
        const values = outputs[`probe.${site}`]!.data as Float32Array
        widen(range, values)
        // behind the last attention some sites see the first token alone
        rows.set(site, (rows.get(site) ?? 0) + values.length / range.low.length)
      }
    }
    await session.release()
    for (const [site, { square }] of ranges)
      for (const at of square.keys()) square[at]! /= rows.get(site) ?? 1
    return ranges
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One scale a site, from the texts' ranges. */
export async function calibrate(
  checkpoint: Checkpoint,
  texts: readonly CalibrationText[],
  scratch: string,
): Promise<ActivationScales> {
  return plainScales(await activationRanges(checkpoint, texts, scratch))
}

function widen({ low, high, square }: ActivationRange, values: Float32Array): void {
  for (let from = 0; from < values.length; from += low.length)
    for (let at = 0; at < low.length; at++) {
      const value = values[from + at]!
      if (value < low[at]!) low[at] = value
      if (value > high[at]!) high[at] = value
      square[at]! += value * value
    }
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
