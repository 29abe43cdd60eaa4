// Node reads onnxruntime's WebAssembly from the installed package.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

let module: Promise<WebAssembly.Module> | undefined

/** The runtime, compiled once a process. */
export function defaultWasm(): Promise<WebAssembly.Module> {
  module ??= readFile(
    createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
  ).then((bytes) => WebAssembly.compile(bytes))
  return module
}
