// Chooses the engine of a model: the fused encoder if it supports the graph, else onnxruntime.
import type { FusedModules } from '@disranker/fused-encoder'
import { defaultWasm } from '#default-wasm'
import type { OpenedBundle } from '../bundle.ts'
import { createOnnxSession } from '../onnxruntime/onnxruntime.ts'
import { RerankerError } from '../reranker-error.ts'
import { createFusedSession } from './fused.ts'
import type { Session } from './session.ts'
import { createTableSession, isWithoutNetwork } from './table-session.ts'

export interface EngineOptions {
  /** auto, the default: fused if it supports the model, else onnxruntime */
  readonly engine?: 'auto' | 'fused' | 'onnxruntime' | undefined
  /**
   * onnxruntime-web's ort-wasm-simd-threaded.wasm, compiled, or a function that loads it on demand; Node
   * finds it by itself. Without it a Worker or a page can only use the fused encoder.
   */
  readonly wasm?: WebAssembly.Module | (() => Promise<WebAssembly.Module>) | undefined
  /** the fused encoder's modules, compiled: a Worker imports them, elsewhere they come with the package */
  readonly fused?: FusedModules | undefined
  /** an engine of the program, such as onnxruntime-node; with `auto` it has priority */
  readonly own?: ((model: Uint8Array, data: Uint8Array) => Promise<Session>) | undefined
}

/** @throws {RerankerError} code runtime: the requested engine does not load the model */
export async function openSession(
  bundle: OpenedBundle,
  { engine = 'auto', wasm, fused, own }: EngineOptions,
): Promise<Session> {
  const { config, model, data } = bundle
  if (engine !== 'onnxruntime' && isWithoutNetwork(config)) return createTableSession(bundle)
  if (engine === 'auto' && own !== undefined) return own(model, data)
  if (engine !== 'onnxruntime') {
    const session = await createFusedSession(config, model, data, fused)
    if (typeof session !== 'string') return session
    if (engine === 'fused')
      throw new RerankerError(
        'runtime',
        `The fused encoder does not load this model: ${session}. Use the engine onnxruntime.`,
      )
  }
  const module = typeof wasm === 'function' ? wasm() : (wasm ?? defaultWasm())
  return createOnnxSession(await module, model, data)
}
