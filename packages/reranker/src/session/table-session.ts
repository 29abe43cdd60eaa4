// A bundle without a network as a session: a text's logit is the cosine of its table of words. It is plain
// JavaScript, so it is the same in all runtimes and loads without WebAssembly.
import { readStaticTerm } from '@disranker/fused-encoder'
import type { BundleConfig, OpenedBundle } from '../bundle.ts'
import { RerankerError } from '../reranker-error.ts'
import type { EncodedText, Session } from './session.ts'

/** `model_type` of config.json */
const TABLE_ONLY = 'static'
/** about 20 ms in workerd */
const BATCH = { rows: 100, tokens: 20_000 }

/** Whether a bundle ranks by its table of words and lexical overlap alone. */
export const isWithoutNetwork = ({ model_type }: { readonly model_type: string }): boolean =>
  model_type === TABLE_ONLY

/** @throws {RerankerError} code bundle: its graph has no table */
export function createTableSession({ config, model, data }: OpenedBundle): Session {
  const term = readStaticTerm(model, data)
  const bytes = data.byteLength
  if (term === undefined)
    throw new RerankerError(
      'bundle',
      'model.onnx of the bundle has neither a network nor a table of words. Make the bundle again with `npx turbo run quantize`.',
    )
  const { vocab_size: words, type_vocab_size: types } = config as BundleConfig &
    Record<'vocab_size' | 'type_vocab_size', number>
  const score = ({ ids, typeIds }: EncodedText) => {
    for (let token = 0; token < ids.length; token++)
      if (!(ids[token]! < words && typeIds[token]! < types))
        throw new RerankerError(
          'runtime',
          `Token ${token} is ${ids[token]} of the type ${typeIds[token]}; the model has ${words} tokens and ${types} types.`,
        )
    return term(ids, typeIds)
  }
  return {
    engine: 'table',
    batch: BATCH,
    staticTerm: score,
    run: (texts) => Float32Array.from(texts, score),
    // the table, which is nearly all of the file
    heapBytes: () => bytes,
    release() {},
  }
}
