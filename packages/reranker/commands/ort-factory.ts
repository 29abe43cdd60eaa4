// `npm run ort-factory --workspace @disranker/reranker`: makes src/ort-factory.ts from the installed
// onnxruntime-web. Its factory of instances names modules of Node, files and threads, which break bundlers
// for browsers and Workers; with one thread and a compiled module it needs none of them.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const source = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.mjs')
export const target = fileURLToPath(new URL('../src/onnxruntime/ort-factory.ts', import.meta.url))

/** the removed code, and its replacement */
const REPLACED: readonly (readonly [string, string])[] = [
  ['m=globalThis.process?.versions?.node&&"renderer"!=globalThis.process?.type', 'm=false'],
  [
    'const {createRequire:a}=await import("module");var require=a(import.meta.url),ba=require("worker_threads");',
    'var require=()=>{},ba;',
  ],
  ['ea=import.meta.url,', 'ea="",'],
  ['(new URL("ort-wasm-simd-threaded.wasm",import.meta.url)).href', '""'],
  [
    'new Worker(new URL(import.meta.url),{type:"module",workerData:"em-pthread",name:"em-pthread"})',
    'undefined',
  ],
]
/** starts the threads of a file that is loaded as one */
const THREAD = /export default ortWasmThreaded;[\s\S]*$/

/** @throws {Error} onnxruntime-web is another version than this was written for */
export function makeFactory(): string {
  let code = readFileSync(source, 'utf8')
  for (const [found, put] of REPLACED) {
    if (code.split(found).length !== 2)
      throw new Error(`onnxruntime-web has changed: ${found} is not there once.`)
    code = code.replace(found, () => put)
  }
  code = code.replace(THREAD, 'export default ortWasmThreaded as unknown as OrtFactory;')
  if (/\bimport\b/.test(code)) throw new Error('onnxruntime-web has changed: it imports something else.')
  return `// Made by commands/ort-factory.ts from onnxruntime-web, Copyright (c) Microsoft Corporation, MIT License.
// biome-ignore-all format: made by a program
// biome-ignore-all lint: made by a program
// @ts-nocheck
import type { OrtFactory } from './ort-module.ts'

${code}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, makeFactory())
