// The server of a teacher in a recipe: the request and the address.

import { z } from 'zod'
import type { TextPair } from '../scorer.ts'
import { type ApiName, apis } from './apis.ts'

export interface Answers {
  /** the raw score of a pair, as the API returned it */
  get(pair: TextPair): number | undefined
  /** Keeps raw scores, one for each pair; they are on the disk when it returns. */
  put(pairs: readonly TextPair[], scores: readonly number[]): void
  close(): void
}

const text = z.string().min(1)
const count = z.int().min(1)

/** lines of a recipe: the request */
export const requested = {
  api: z.enum(Object.keys(apis) as [ApiName, ...ApiName[]]),
  model: text.exactOptional(),
  /** documents in a request; by default that of the API */
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
  /** the text around query and document, for rerankers that are decoders; none by default. Not for `chat` */
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
   * `logit`: the scores are probabilities, which are converted to log-odds: differences near 0 and 1 are then
   * as large as in the model. By default vLLM is asked for logits, which loses nothing
   */
  scale: z.literal('logit').exactOptional(),
}
export type Requested = Readonly<z.output<z.ZodObject<typeof requested>>>

/** lines of a recipe: the server */
export const server = {
  ...requested,
  /** URL of the endpoint, with its path */
  url: z.url(),
  /** name of the environment variable with the key; turbo passes only declared variables on */
  key: z
    .string()
    .regex(
      /^[A-Z0-9_]+_API_KEY$/,
      'names an environment variable that ends in _API_KEY; the key itself is never written in a recipe',
    )
    .exactOptional(),
  /** requests at a time; 8 by default */
  concurrency: count.exactOptional(),
  /** maximal requests a minute */
  perMinute: count.exactOptional(),
  /** seconds; 60 by default */
  timeout: z.number().positive().exactOptional(),
  /** 8 by default */
  retries: z.int().min(0).exactOptional(),
}
export type Server = Readonly<z.output<z.ZodObject<typeof server>>>
