// The range of every quantised activation, seen on training pairs through the float32 graph (static calibration).
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { Checkpoint } from './checkpoint.ts'
import { floatGraph } from './float-graph.ts'
import { DATA_FILE } from './graph.ts'
import type { ActivationScale, ActivationScales } from './int8-graph.ts'

export interface CalibrationText {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}

/** Smallest and largest value of every feature of an activation, by site. */
export type ActivationRanges = ReadonlyMap<
  string,
  { readonly low: Float32Array; readonly high: Float32Array }
>

/**
 * Runs texts one by one (no padding, no neighbours) and takes the smallest and largest values of every site.
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
        return [site, { low: new Float32Array(features), high: new Float32Array(features) }]
      }),
    )
    for (const text of texts) {
      const outputs = await session.run(feedsOf(text))
      for (const [site, range] of ranges) widen(range, outputs[`probe.${site}`]!.data as Float32Array)
    }
    await session.release()
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

/** The scales that cover the ranges. */
export const plainScales = (ranges: ActivationRanges): ActivationScales =>
  Object.fromEntries(
    [...ranges].map(([site, { low, high }]) => [site, toScale({ low: min(low), high: max(high) })]),
  )

/** how much of an outlying feature moves into the weights: found on a MiniLM, packages/metrics/LOG.md */
const MIGRATION = 0.85

/**
 * The scales after each feature was divided by a number of its own, with which the weights are multiplied in turn (Xiao et
 * al. 2023, SmoothQuant): a few features of pre-trained models are far larger than the rest, which one scale for all
 * would leave a few steps.
 */
export function smoothScales(checkpoint: Checkpoint, ranges: ActivationRanges): ActivationScales {
  const { sites } = floatGraph(checkpoint)
  return Object.fromEntries(
    [...ranges].map(([site, { low, high }]) => {
      const weights = largestByInput(checkpoint, sites.get(site)!)
      const smooth = low.map((_, at) => {
        const largest = Math.max(-low[at]!, high[at]!, 1e-5)
        return largest ** MIGRATION / Math.max(weights[at]!, 1e-5) ** (1 - MIGRATION)
      })
      const scale = toScale({
        low: min(low.map((value, at) => value / smooth[at]!)),
        high: max(high.map((value, at) => value / smooth[at]!)),
      })
      return [site, { ...scale, smooth }]
    }),
  )
}

/** [inputs]: the largest weight that each input meets */
function largestByInput({ tensor }: Checkpoint, names: readonly string[]): Float32Array {
  const largest = new Float32Array(tensor(names[0]!).shape[1]!)
  for (const name of names) {
    const { data } = tensor(name)
    for (let at = 0; at < data.length; at++) {
      const column = at % largest.length
      largest[column] = Math.max(largest[column]!, Math.abs(data[at]!))
    }
  }
  return largest
}

/** The byte scale that covers low .. high; 0 is exact. */
export function toScale({ low, high }: { readonly low: number; readonly high: number }): ActivationScale {
  const scale = (Math.max(0, high) - Math.min(0, low)) / 255 || 1
  return { scale, zero: Math.round(Math.max(0, -low) / scale) }
}

const min = (values: Float32Array) => values.reduce((a, b) => Math.min(a, b), 0)
const max = (values: Float32Array) => values.reduce((a, b) => Math.max(a, b), 0)

function widen({ low, high }: { low: Float32Array; high: Float32Array }, values: Float32Array): void {
  for (let from = 0; from < values.length; from += low.length)
    for (let at = 0; at < low.length; at++) {
      const value = values[from + at]!
      if (value < low[at]!) low[at] = value
      if (value > high[at]!) high[at] = value
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
