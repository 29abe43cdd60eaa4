// The Worker with only the fused encoder: a quarter of the upload, and onnxruntime's 14 MB are not loaded into every isolate.
import { createWorker } from './create-worker.ts'

export default createWorker()
