// The layers of an encoder in int8, one text at a time: without padding and batches, a text's states depend only on
// the text. It computes the graph of packages/onnx/src/graph/int8-graph.ts with the same integers as onnxruntime.
// A layer has two parts, attention and the wide layer. Each part's output is added to the residual `x`, and the norm
// of the sum, `normed`, is the input of the next part. ModernBERT keeps the sum as the residual. BERT keeps the
// norm, so `x` and `normed` are one there.
//   T tokens, D hidden size, F intermediate size
import { type FusedModules, type KernelForm, openKernels } from './kernels.ts'
import { type LayerPlaces, layOut, type Place, STRIP } from './layout.ts'
import type { ActivationScale, Model } from './model.ts'
import { panelBytes } from './packed-linear.ts'
import type { EncoderShape } from './shape.ts'

export interface Network {
  readonly form: KernelForm
  /** maximal products of a linear layer: one for each byte of an activation */
  readonly products: 1 | 2
  /** bytes of its WebAssembly memory, which never grows */
  readonly heapBytes: number
  /**
   * Computes the states of a text: of all tokens for their mean, else of the first.
   * @throws {Error} it is empty, longer than the positions, or has unknown tokens
   */
  run(ids: ArrayLike<number>, typeIds: ArrayLike<number>): void
  /** [D] the sum of the last text's pooled states; the next text overwrites it */
  pooled(): Float64Array
  /** The logit of the last text. @throws {Error} the model has no ranking head */
  logit(): number
}

/** Copies the weights into a new memory; `weights` is not needed afterwards. */
export function openNetwork(modules: FusedModules, shape: EncoderShape, weights: Model): Network {
  // the form decides how weights are packed, so it is probed first
  const { form } = openKernels(modules, new WebAssembly.Memory({ initial: 1 }), weights.sevenBits)
  const { memory, places, activation } = layOut(shape, weights, form)
  const { kernels } = openKernels(modules, memory, weights.sevenBits)
  // the functions below must not keep the weights, which are now in the memory
  const allScales = weights.layers.map(({ scales }) => scales)
  const { pooling } = weights
  const {
    D,
    F,
    heads,
    epsilon,
    positions,
    vocabulary,
    gated,
    types: typeRows = Number.POSITIVE_INFINITY,
  } = shape
  const {
    ids,
    typeIds,
    x,
    normed,
    strip,
    wide,
    wideRest,
    bytes,
    rest,
    qkv,
    context,
    y,
    scratch,
    words,
    wordScales,
    types,
    place,
    norm,
    head,
  } = places
  const [idView, typeView] = [ids, typeIds].map((at) => new Int32Array(memory.buffer, at, positions))
  const states = new Float32Array(memory.buffer, normed, positions * D)
  const means = new Float32Array(memory.buffer, context, D)
  const pooled = new Float64Array(D)
  /** rows of `states` that are pooled */
  let pooledRows = 0

  /** @param columns number of computed outputs, from the first on; all by default */
  function linear(from: number, second: number, at: Place, to: number, rows: number, columns = at.outputs) {
    const { weight, panels, restPanels, inputs, outputs } = at
    kernels.linear(from, weight, panels, to, rows, columns, inputs, outputs)
    if (restPanels) kernels.linear(second, weight, restPanels, to, rows, columns, inputs, outputs, 1)
  }
  /** the offset of the outputs after the first `columns` */
  const behind = (at: Place, columns: number): Place => ({
    ...at,
    weight: at.weight + at.inputs * columns,
    panels: at.panels + panelBytes(columns),
    restPanels: at.restPanels && at.restPanels + panelBytes(columns),
  })
  const quantize = (from: number, n: number, { scale, zero, restScale, most }: ActivationScale) =>
    kernels.quantize(from, bytes, n, scale, zero, restScale === undefined ? 0 : rest, restScale, most)

  function pool(): Float64Array {
    pooled.fill(0)
    for (let row = 0; row < pooledRows; row++)
      for (let at = 0; at < D; at++) pooled[at]! += states[row * D + at]!
    return pooled
  }

  /** Turns queries and keys by their positions. */
  function rotate({ cos, sin }: { readonly cos: number; readonly sin: number }, rows: number, T: number) {
    kernels.rotate(qkv, cos, sin, rows, 3 * D, heads, D / heads)
    kernels.rotate(qkv + 4 * D, cos, sin, T, 3 * D, heads, D / heads)
  }
  const addNorm = ({ gamma, beta }: LayerPlaces['norm'], rows: number) =>
    kernels.skipNorm(y, x, gamma, beta, x, normed, rows, D, epsilon)

  function encode(T: number): void {
    kernels.embed(ids, typeIds, words, wordScales, types, place, norm.gamma, norm.beta, x, T, D, epsilon)
    for (const [index, layer] of places.layers.entries()) {
      const scales = allScales[index]!
      // after the last attention only the requested rows are computed
      const rows = pooling === 'cls' && index === places.layers.length - 1 ? 1 : T
      // the normed embeddings are the residual, too
      quantize(index === 0 ? x : normed, T * D, scales.qkv)
      linear(bytes, rest, layer.qkv, qkv, rows, D)
      linear(bytes, rest, behind(layer.qkv, D), qkv + 4 * D, T, 2 * D)
      if (layer.turns) rotate(layer.turns, rows, T)
      kernels.attention(qkv, context, scratch, T, rows, D, heads, layer.window)
      quantize(context, rows * D, scales.attention)
      linear(bytes, rest, layer.attention, y, rows)
      addNorm(layer.norm, rows)
      quantize(normed, rows * D, scales.intermediate)
      const { scale, zero, restScale, most } = scales.output
      // one strip at a time: its floats stay in the nearest cache
      for (let row = 0; row < rows; row += STRIP) {
        const n = Math.min(STRIP, rows - row)
        const [from, to] = [row * D * activation, row * F * activation]
        linear(bytes + from, rest + from, layer.intermediate, strip, n)
        const second = restScale === undefined ? 0 : wideRest + to
        kernels.gelu(strip, wide + to, n, F, gated, scale, zero, second, restScale, most)
      }
      linear(wide, wideRest, layer.output, y, rows)
      addNorm(layer.outputNorm, rows)
    }
  }

  return {
    form,
    products: places.rest === 0 ? 1 : 2,
    heapBytes: memory.buffer.byteLength,
    run(tokens, types) {
      const T = tokens.length
      if (T === 0 || T > positions || types.length !== T)
        throw new Error(
          `A text has ${T} tokens and ${types.length} types; wanted as many of each, 1 to ${positions}.`,
        )
      for (let t = 0; t < T; t++) {
        // the kernels use these as indices, so they are checked here
        if (!(tokens[t]! >= 0 && tokens[t]! < vocabulary && types[t]! >= 0 && types[t]! < typeRows))
          throw new Error(
            `Token ${t} is ${tokens[t]} of type ${types[t]}; this model has ${vocabulary} tokens and ${shape.types ?? 'no'} types.`,
          )
        idView![t] = tokens[t]!
        typeView![t] = types[t]!
      }
      encode(T)
      pooledRows = pooling === 'cls' ? 1 : T
    },
    pooled: pool,
    logit() {
      if (head === undefined) throw new Error('the graph has no ranking head')
      if (pooling === 'mean') means.set(pool().map((sum) => sum / pooledRows))
      const at = pooling === 'mean' ? context : normed
      const { weight, bias, norm, classifier, offset } = head
      return norm
        ? kernels.normedHead(at, weight, bias, norm.gamma, norm.beta, classifier, offset, y, D, epsilon)
        : kernels.head(at, weight, bias, classifier, offset, D)
    },
  }
}
