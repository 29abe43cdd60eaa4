// Runs the layers of a decoder in order. Those below the first trained one keep nothing for the backward
// pass.
import { isAdapted, recomputed, untaped } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { ForwardOptions } from '../architecture.ts'
import { lastOf, type TokenBatch } from '../token-batch.ts'
import type { Parameters } from '../weights.ts'

export interface LayerRun extends ForwardOptions {
  readonly layers: number
  readonly parameters: Parameters
  readonly batch: TokenBatch
  /** numbers of the tokens whose output is computed */
  readonly positions: Int32Array
  /** [N, D] */
  embed(): tf.Tensor2D
  /** [N, D] -> [N, D], or [P, D] for the tokens in `wanted` */
  block(x: tf.Tensor2D, layer: number, wanted?: Wanted): tf.Tensor2D
}

/** Tokens whose output is computed. */
export interface Wanted {
  /** [P] */
  readonly positions: tf.Tensor1D
  /** they are the last of each text */
  readonly last: boolean
}

/** The last layer's output at these positions, [P, D]; after its attention the other positions are not computed. */
export function runLayers(run: LayerRun): tf.Tensor2D {
  const { layers, parameters, batch, positions, embed, block, recompute } = run
  const lasts = lastOf(batch)
  const last =
    positions.length === lasts.length && positions.every((position, row) => position === lasts[row])
  // made again each time: in the backward pass, the tensors of the forward pass are disposed of
  const at = (layer: number) =>
    layer === layers - 1 ? { positions: tf.tensor1d(positions, 'int32'), last } : undefined
  const plain = (x: tf.Tensor2D, from: number, to: number) => {
    let y = x
    for (let layer = from; layer < to; layer++) y = block(y, layer, at(layer))
    return y
  }
  const { before, byLayer } = trained(parameters)
  const first = before ? 0 : Math.min(layers, ...byLayer.keys())
  const x = first === 0 ? embed() : untaped(() => plain(embed(), 0, first))
  if (!recompute) return plain(x, first, layers)
  let y = x
  for (let layer = first; layer < layers; layer++)
    y = recomputed(y, byLayer.get(layer) ?? [], (y) => block(y, layer, at(layer)))
  return y
}

/** The trained weights of each layer, and whether a table before the layers is trained. */
function trained(parameters: Parameters) {
  const byLayer = new Map<number, tf.Tensor[]>()
  let before = false
  for (const [name, weight] of parameters) {
    const adapted = isAdapted(weight)
    if (!adapted && !('trainable' in weight && weight.trainable)) continue
    const layer = /layers\.(\d+)\./.exec(name)?.[1]
    if (layer !== undefined) {
      const inLayer = byLayer.get(Number(layer)) ?? []
      inLayer.push(...(adapted ? [weight.down, weight.up] : [weight as tf.Variable]))
      byLayer.set(Number(layer), inLayer)
    } else if (/embed/.test(name)) before = true
  }
  return { before, byLayer }
}
