// The layers of BERT in int8, one text at a time: without padding and batches, a text's states depend only on
// the text. It computes the graph of packages/onnx/src/graph/int8-graph.ts with the same integers as
// onnxruntime.
//   T tokens, D hidden size, F intermediate size
import { type FusedModules, type KernelForm, openKernels } from './kernels.ts'
import { type HeadPlace, layOut, type Place, STRIP } from './layout.ts'
import type { ActivationScale, BertShape, Model } from './model.ts'
import { panelBytes } from './packed-linear.ts'

export interface Network {
  readonly form: KernelForm
  /** maximal products of a linear layer: one for each byte of an activation */
  readonly products: 1 | 2
  /** bytes of its WebAssembly memory, which never grows */
  readonly heapBytes: number
  /**
   * Computes the states of a text, of its first token or of all.
   * @throws {Error} it is empty, longer than the positions, or has unknown tokens
   */
  run(ids: ArrayLike<number>, typeIds: ArrayLike<number>, states: 'first' | 'all'): void
  /** [rows, D] the states of the last text; the next text overwrites them */
  readonly states: Float32Array
  /** The logit of a head, from the first token of the last text. */
  logit(head: HeadPlace): number
  readonly head: HeadPlace | undefined
}

/** Copies the weights into a new memory; `weights` is not needed afterwards. */
export function openNetwork(modules: FusedModules, shape: BertShape, weights: Model): Network {
  // the form decides how weights are packed, so it is probed first
  const { form } = openKernels(modules, new WebAssembly.Memory({ initial: 1 }), weights.sevenBits)
  const { memory, places, activation } = layOut(shape, weights, form)
  const { kernels } = openKernels(modules, memory, weights.sevenBits)
  // the functions below must not keep the weights, which are now in the memory
  const allScales = weights.layers.map(({ scales }) => scales)
  const { D, F, heads, epsilon, positions, vocabulary, types: typeRows } = shape
  const {
    ids,
    typeIds,
    x,
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
  } = places
  const [idView, typeView] = [ids, typeIds].map((at) => new Int32Array(memory.buffer, at, positions))

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

  function encode(T: number, states: 'first' | 'all'): void {
    kernels.embed(ids, typeIds, words, wordScales, types, place, norm.gamma, norm.beta, x, T, D, epsilon)
    for (const [index, layer] of places.layers.entries()) {
      const scales = allScales[index]!
      // after the last attention only the requested rows are computed
      const rows = states === 'first' && index === places.layers.length - 1 ? 1 : T
      quantize(x, T * D, scales.qkv)
      linear(bytes, rest, layer.qkv, qkv, rows, D)
      linear(bytes, rest, behind(layer.qkv, D), qkv + 4 * D, T, 2 * D)
      kernels.attention(qkv, context, scratch, T, rows, D, heads)
      quantize(context, rows * D, scales.attention)
      linear(bytes, rest, layer.attention, y, rows)
      kernels.skipNorm(y, x, layer.norm.gamma, layer.norm.beta, x, rows, D, epsilon)
      quantize(x, rows * D, scales.intermediate)
      const { scale, zero, restScale, most } = scales.output
      // one strip at a time: its floats stay in the nearest cache
      for (let row = 0; row < rows; row += STRIP) {
        const n = Math.min(STRIP, rows - row)
        const [from, to] = [row * D * activation, row * F * activation]
        linear(bytes + from, rest + from, layer.intermediate, strip, n)
        const second = restScale === undefined ? 0 : wideRest + to
        kernels.gelu(strip, wide + to, n * F, scale, zero, second, restScale, most)
      }
      linear(wide, wideRest, layer.output, y, rows)
      kernels.skipNorm(y, x, layer.outputNorm.gamma, layer.outputNorm.beta, x, rows, D, epsilon)
    }
  }

  return {
    form,
    products: places.rest === 0 ? 1 : 2,
    heapBytes: memory.buffer.byteLength,
    states: new Float32Array(memory.buffer, x, positions * D),
    head: places.head,
    run(tokens, types, states) {
      const T = tokens.length
      if (T === 0 || T > positions || types.length !== T)
        throw new Error(
          `A text has ${T} tokens and ${types.length} types; wanted as many of each, 1 to ${positions}.`,
        )
      for (let t = 0; t < T; t++) {
        // the kernels use these as indices, so they are checked here
        if (!(tokens[t]! >= 0 && tokens[t]! < vocabulary && types[t]! >= 0 && types[t]! < typeRows))
          throw new Error(
            `Token ${t} is ${tokens[t]} of type ${types[t]}; this model has ${vocabulary} tokens and ${typeRows} types.`,
          )
        idView![t] = tokens[t]!
        typeView![t] = types[t]!
      }
      encode(T, states)
    },
    logit: ({ weight, bias, classifier, offset }) => kernels.head(x, weight, bias, classifier, offset, D),
  }
}
