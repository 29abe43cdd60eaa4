// A cross-encoder in int8: one text in, one logit out. See network.ts.
import type { FusedModules, KernelForm } from './kernels.ts'
import { readModel } from './model.ts'
import { openNetwork } from './network.ts'
import type { EncoderShape } from './shape.ts'
import { createStaticTerm, type StaticTerm } from './static-term.ts'

export interface FusedEncoder {
  /** The logit of one text. @throws {Error} it is empty, longer than the positions, or has unknown tokens */
  score(ids: ArrayLike<number>, typeIds: ArrayLike<number>): number
  /** the static bi-encoder's term in that logit; undefined for a graph without one */
  readonly staticTerm: StaticTerm | undefined
  readonly form: KernelForm
  /** maximal products of a linear layer: one for each byte of an activation */
  readonly products: 1 | 2
  /** bytes of its WebAssembly memory, which never grows */
  readonly heapBytes: number
}

export interface FusedModel {
  readonly shape: EncoderShape
  /** model.onnx and model.onnx.data of a bundle */
  readonly model: Uint8Array
  readonly data: Uint8Array
}

/** @throws {Error} the graph is not supported, or a weight is missing */
export function createFusedEncoder(modules: FusedModules, { shape, model, data }: FusedModel): FusedEncoder {
  const { network, staticTerm } = open(modules, { shape, model, data })
  const { form, products, heapBytes } = network
  return {
    form,
    staticTerm,
    products,
    heapBytes,
    score(tokens, types) {
      network.run(tokens, types)
      const logit = network.logit()
      return staticTerm ? logit + staticTerm(tokens, types) : logit
    },
  }
}

/** A separate function, so that the engine does not keep the parsed file in memory. */
function open(modules: FusedModules, { shape, model, data }: FusedModel) {
  const weights = readModel(shape, model, data)
  const staticTerm = weights.staticTerm && createStaticTerm(weights.staticTerm)
  if (weights.head === undefined) throw new Error('the graph has no ranking head')
  return { network: openNetwork(modules, shape, weights), staticTerm }
}
