// Elsewhere a bundler places the WebAssembly file, so the program must pass it.
import { RerankerError } from '../reranker-error.ts'

/** @throws {RerankerError} always */
export async function defaultWasm(): Promise<WebAssembly.Module> {
  throw new RerankerError(
    'runtime',
    'This model needs onnxruntime, and onnxruntime-web/ort-wasm-simd-threaded.wasm is not here. Compile it (in a Worker: import it) and pass it as `wasm`.',
  )
}
