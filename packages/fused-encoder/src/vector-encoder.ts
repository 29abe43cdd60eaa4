// A sentence encoder in int8: one text in, its unit vector out. The pooled states are multiplied by a linear
// map, one for queries and one for documents, if the model has them. See network.ts.
import type { FusedModel } from './fused-encoder.ts'
import type { FusedModules } from './kernels.ts'
import { type Model, readModel } from './model.ts'
import { type Network, openNetwork } from './network.ts'
import { withSixteenBits } from './sixteen-bits.ts'

export interface VectorEncoder {
  /** numbers of a vector */
  readonly features: number
  readonly form: Network['form']
  readonly products: Network['products']
  /** bytes of its WebAssembly memory, which never grows */
  readonly heapBytes: number
  /**
   * The unit vector of one text. @throws {Error} it is empty, longer than the positions, or has unknown
   * tokens
   */
  embed(kind: 'query' | 'document', ids: ArrayLike<number>): Float32Array
}

/** @throws {Error} the graph gives no vectors, or a weight is missing */
export function createVectorEncoder(modules: FusedModules, model: FusedModel): VectorEncoder {
  const D = model.shape.D
  const { network, maps } = open(modules, model)
  const { form, products, heapBytes } = network
  return {
    features: D,
    form,
    products,
    heapBytes,
    embed(kind, ids) {
      network.run(ids, new Uint8Array(ids.length))
      const pooled = network.pooled()
      return unit(maps === undefined ? pooled : times(pooled, maps[kind]))
    },
  }
}

function open(
  modules: FusedModules,
  { shape, model, data }: FusedModel,
): Pick<Model, 'maps'> & { network: Network } {
  const weights = readModel(shape, model, data)
  if (weights.head !== undefined) throw new Error('the graph gives no vectors')
  // for activations of two bytes the relaxed kernel would need two products, and be no faster
  const isFine = weights.layers.some(({ rest }) => Object.values(rest).some((layer) => layer !== undefined))
  const network = isFine
    ? openNetwork({ exact: modules.exact }, shape, withSixteenBits(weights))
    : openNetwork(modules, shape, weights)
  return { network, maps: weights.maps }
}

/** x [D] times map [D, D] */
function times(x: Float64Array, map: Float32Array): Float64Array {
  const D = x.length
  const made = new Float64Array(D)
  for (let row = 0, at = 0; row < D; row++) {
    const value = x[row]!
    for (let column = 0; column < D; column++) made[column]! += value * map[at++]!
  }
  return made
}

function unit(x: Float64Array): Float32Array {
  let square = 0
  for (const value of x) square += value * value
  const length = Math.sqrt(square) || 1
  return Float32Array.from(x, (value) => value / length)
}
