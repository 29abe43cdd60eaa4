// The Worker with the fused encoder alone: a quarter of the upload, and onnxruntime's 14 MB are not loaded into every isolate.
import { createWorker } from './create-worker.ts'

export default createWorker()
