// The fused encoder as a session: it supports int8 BERT and ModernBERT, and computes one
// text at a time without padding.
import {
  createFusedEncoder,
  type EncoderConfig,
  embeddedModules,
  type FusedModules,
  supportedShape,
} from '@disranker/fused-encoder'
import type { BundleConfig } from '../bundle.ts'
import { RerankerError } from '../reranker-error.ts'
import { multiplyAdds } from './multiply-adds.ts'
import type { EncodedText, Session } from './session.ts'

/** multiply-adds without a pause: about 20 ms in workerd; each pause costs a millisecond */
const AT_A_TIME = 1e9

/**
 * A session, or the reason why there is none.
 * @param modules for runtimes that cannot compile them
 */
export async function createFusedSession(
  config: BundleConfig,
  model: Uint8Array,
  data: Uint8Array,
  modules?: FusedModules,
): Promise<Session | string> {
  const shape = supportedShape(config as BundleConfig & EncoderConfig, config.disranker.encoding.maxLength)
  if (typeof shape === 'string') return shape
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
      // its memory does not grow with a batch
      batch: { rows: 25, tokens: Math.ceil(AT_A_TIME / (multiplyAdds(config) * encoder.products)) },
      staticTerm: ({ ids, typeIds }) => encoder.staticTerm?.(ids, typeIds) ?? 0,
      run: (texts) => Float32Array.from(texts, score),
      heapBytes: () => encoder.heapBytes,
      release() {},
    }
  } catch (error) {
    return String((error as Error)?.message ?? error)
  }
}
