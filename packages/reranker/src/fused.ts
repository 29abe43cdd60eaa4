// The fused encoder as a session: it knows int8 BERT, and computes a text at a time without padding.
import {
  type BertConfig,
  createFusedEncoder,
  embeddedModules,
  type FusedModules,
  supportedShape,
} from '@disranker/fused-encoder'
import type { BundleConfig } from './bundle.ts'
import { RerankerError } from './reranker-error.ts'
import type { EncodedText, Session } from './session.ts'

/**
 * A session, or why there is none.
 * @param modules where the runtime compiles none itself
 */
export async function createFusedSession(
  config: BundleConfig,
  model: Uint8Array,
  data: Uint8Array,
  modules?: FusedModules,
): Promise<Session | string> {
  const shape = supportedShape(config as BundleConfig & BertConfig)
  if (shape === undefined) return `it computes BERT with GELU, this model is another ${config.model_type}`
  try {
    const encoder = createFusedEncoder(modules ?? (await embeddedModules()), { shape, model, data })
    const score = ({ ids, typeIds }: EncodedText) => {
      try {
        return encoder.score(ids, typeIds)
      } catch (cause) {
        throw new RerankerError(
          'runtime',
          `The fused encoder could not compute: ${(cause as Error).message}`,
          { cause },
        )
      }
    }
    return {
      engine: `fused, ${encoder.form}`,
      run: (texts) => Float32Array.from(texts, score),
      heapBytes: () => encoder.heapBytes,
      release() {},
    }
  } catch (error) {
    return String((error as Error)?.message ?? error)
  }
}
