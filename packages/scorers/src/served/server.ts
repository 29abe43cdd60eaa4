// A server that is asked, and how, as a recipe names it.

import { z } from 'zod'
import type { TextPair } from '../scorer.ts'
import { type ApiName, apis } from './apis.ts'

export interface Answers {
  /** the raw score of a pair, as the API gave it */
  get(pair: TextPair): number | undefined
  /** Keeps raw scores, one a pair; on the disk when it returns. */
  put(pairs: readonly TextPair[], scores: readonly number[]): void
  close(): void
}

const text = z.string().min(1)
const count = z.int().min(1)

/** lines of a recipe: what is asked */
export const requested = {
  api: z.enum(Object.keys(apis) as [ApiName, ...ApiName[]]),
  model: text.exactOptional(),
  /** documents a request; that of the API when not given */
  documents: count.exactOptional(),
  /** more fields of every request, such as { use_activation: false } */
  body: z.record(z.string(), z.unknown()).readonly().exactOptional(),
  /** of `chat` */
  prompt: z
    .strictObject({
      system: z.string().exactOptional(),
      user: z
        .string()
        .refine(
          (user) => /\{query\}/.test(user) && /\{document\}/.test(user),
          'needs {query} and {document}',
        ),
      yes: z.array(text).min(1).readonly(),
      no: z.array(text).min(1).readonly(),
    })
    .exactOptional(),
  /** what stands around the texts, for rerankers that are decoders; nothing when not given. Not of `chat` */
  templates: z
    .union([
      z.enum(['qwen3-reranker', 'none']),
      z.strictObject({
        query: z.string().regex(/\{query\}/, 'needs {query}'),
        document: z.string().regex(/\{document\}/, 'needs {document}'),
      }),
    ])
    .exactOptional(),
  /**
   * `logit`: the scores are probabilities, of which the log-odds are taken: differences near 0 and 1 are then as large as they
   * were in the model. vLLM is asked for logits when it is left out, which loses nothing
   */
  scale: z.literal('logit').exactOptional(),
}
export type Requested = Readonly<z.output<z.ZodObject<typeof requested>>>

/** and whom */
export const server = {
  ...requested,
  /** of the endpoint, with its path */
  url: z.url(),
  /** name of the environment variable that has the key; turbo hands such variables on, and no other */
  key: z
    .string()
    .regex(
      /^[A-Z0-9_]+_API_KEY$/,
      'names an environment variable that ends in _API_KEY; the key itself is never written in a recipe',
    )
    .exactOptional(),
  /** requests at a time; 8 */
  concurrency: count.exactOptional(),
  /** requests a minute, at most */
  perMinute: count.exactOptional(),
  /** seconds; 60 */
  timeout: z.number().positive().exactOptional(),
  /** 8 */
  retries: z.int().min(0).exactOptional(),
}
export type Server = Readonly<z.output<z.ZodObject<typeof server>>>
