// The layers of a decoder one after the other. Those below the first that trains keep nothing for the way back.
import { untaped } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { Parameters } from '../weights.ts'

export interface LayerRun {
  readonly layers: number
  readonly parameters: Parameters
  /** numbers of the tokens whose output is wanted */
  readonly places: Int32Array
  /** [N, D] */
  embed(): tf.Tensor2D
  /** [N, D] -> [N, D], or [P, D] of some places */
  block(x: tf.Tensor2D, layer: number, places?: tf.Tensor1D): tf.Tensor2D
}

/** The last layer's output at the places, [P, D]; behind its attention nothing else is read, and so not computed. */
export function runLayers({ layers, parameters, places, embed, block }: LayerRun): tf.Tensor2D {
  const last = tf.tensor1d(places, 'int32')
  const through = (x: tf.Tensor2D, from: number, to: number) => {
    let y = x
    for (let layer = from; layer < to; layer++) y = block(y, layer, layer === layers - 1 ? last : undefined)
    return y
  }
  const first = firstTrained(parameters, layers)
  if (first === 0) return through(embed(), 0, layers)
  return through(
    untaped(() => through(embed(), 0, first)),
    first,
    layers,
  )
}

/** The first layer with a weight that trains; 0 also when the tables before the layers do, `layers` when none does. */
function firstTrained(parameters: Parameters, layers: number): number {
  let first = layers
  for (const [name, weight] of parameters) {
    if (!('trainable' in weight && weight.trainable)) continue
    const layer = /layers\.(\d+)\./.exec(name)?.[1]
    if (layer !== undefined) first = Math.min(first, Number(layer))
    else if (/embed/.test(name)) return 0
  }
  return first
}
