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
  ): void
  head(x: number, pooler: number, bias: number, classifier: number, offset: number, D: number): number
  embed(
    ...[ids, typeIds, words, wordScales, types, positions, gamma, beta, out, T, D, epsilon]: readonly number[]
  ): void
  skipNorm(...[x, skip, gamma, beta, out, rows, D, epsilon]: readonly number[]): void
  linear(...[a, w, panels, out, rows, n, k, stride, adds]: readonly number[]): void
  gelu(
    x: number,
    to: number,
    n: number,
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
  /** the same with relaxed SIMD, where the runtime knows it: about twice as fast */
  readonly relaxed?: WebAssembly.Module | undefined
}

export interface OpenedKernels {
  readonly kernels: Kernels
  readonly form: 'relaxed' | 'exact'
}

/** The faster form that computes right on this machine. Both give the same integers, so the same scores. */
export function openKernels({ exact, relaxed }: FusedModules, memory: WebAssembly.Memory): OpenedKernels {
  const open = (module: WebAssembly.Module) =>
    new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
  const fast = relaxed && open(relaxed)
  if (fast?.readsUnsignedBytes()) return { kernels: fast, form: 'relaxed' }
  return { kernels: open(exact), form: 'exact' }
}

/** The modules that come with the package, compiled. Workers cannot: they import exact.wasm and relaxed.wasm. */
export async function embeddedModules(): Promise<FusedModules> {
  const bytes = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  const fast = bytes(embedded.relaxed)
  return {
    exact: await WebAssembly.compile(bytes(embedded.exact)),
    // a runtime without relaxed SIMD uses the exact form
    relaxed: WebAssembly.validate(fast) ? await WebAssembly.compile(fast) : undefined,
  }
}
