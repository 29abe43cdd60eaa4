// The two compiled forms of the kernels, and which of them this machine can use.
import * as embedded from './embedded.ts'

/** The functions of kernels/index.ts; addresses are bytes of the memory, lengths are elements. */
export interface Kernels {
  quantize(
    x: number,
    to: number,
    n: number,
    scale: number,
    zero: number,
    rest?: number,
    restScale?: number,
    most?: number,
  ): void
  attention(
    qkv: number,
    out: number,
    scratch: number,
    T: number,
    queries: number,
    D: number,
    heads: number,
    window: number,
  ): void
  rotate(...[x, cos, sin, rows, stride, heads, d]: readonly number[]): void
  head(x: number, pooler: number, bias: number, classifier: number, offset: number, D: number): number
  normedHead(
    ...[x, dense, bias, gamma, beta, classifier, offset, inner, D, epsilon]: readonly number[]
  ): number
  embed(
    ...[ids, typeIds, words, wordScales, types, positions, gamma, beta, out, T, D, epsilon]: readonly number[]
  ): void
  skipNorm(...[x, skip, gamma, beta, sum, out, rows, D, epsilon]: readonly number[]): void
  linear(...[a, w, panels, out, rows, n, k, stride, adds]: readonly number[]): void
  linearOfSeven(...[a, w, panels, out, rows, n, k, stride, adds]: readonly number[]): void
  gelu(
    x: number,
    to: number,
    rows: number,
    width: number,
    gated: boolean | number,
    scale: number,
    zero: number,
    rest?: number,
    restScale?: number,
    most?: number,
  ): void
  readsUnsignedBytes(): number
}

export interface FusedModules {
  /** kernels/index.ts compiled with SIMD */
  readonly exact: WebAssembly.Module
  /** the same with relaxed SIMD, if the runtime supports it: about twice as fast */
  readonly relaxed?: WebAssembly.Module | undefined
}

/** seven: the relaxed kernels, which are exact for activations of seven bits alone */
export type KernelForm = 'relaxed' | 'seven' | 'exact'

export interface OpenedKernels {
  readonly kernels: Kernels
  readonly form: KernelForm
}

/**
 * The fastest form that computes correctly on this machine. All give the same integers, so the same scores.
 * @param sevenBits no activation exceeds 127: the relaxed product is then the same on every machine, because
 * two products of 127 * 127 stay below 2^15 and no byte has its highest bit
 */
export function openKernels(
  { exact, relaxed }: FusedModules,
  memory: WebAssembly.Memory,
  sevenBits = false,
): OpenedKernels {
  const open = (module: WebAssembly.Module) =>
    new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
  const fast = relaxed && open(relaxed)
  if (fast?.readsUnsignedBytes()) return { kernels: fast, form: 'relaxed' }
  if (fast && sevenBits) return { kernels: { ...fast, linear: fast.linearOfSeven }, form: 'seven' }
  return { kernels: open(exact), form: 'exact' }
}

/**
 * Compiles the modules that come with the package. A Worker cannot do this and imports exact.wasm and
 * relaxed.wasm.
 */
export async function embeddedModules(): Promise<FusedModules> {
  const bytes = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  const fast = bytes(embedded.relaxed)
  return {
    exact: await WebAssembly.compile(bytes(embedded.exact)),
    // a runtime without relaxed SIMD uses the exact form
    relaxed: WebAssembly.validate(fast) ? await WebAssembly.compile(fast) : undefined,
  }
}
