// The Worker with both engines: it serves every bundle.
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'
import { createWorker } from './create-worker.ts'

export default createWorker(wasm)
