// A server that is asked, and how, as a recipe names it.

import type { TextPair } from '../scorer.ts'
import type { ApiName } from './apis.ts'
import type { Prompt } from './request.ts'
import type { Templates } from './templates.ts'

export interface Answers {
  /** the raw score of a pair, as the API gave it */
  get(pair: TextPair): number | undefined
  /** Keeps raw scores, one a pair; on the disk when it returns. */
  put(pairs: readonly TextPair[], scores: readonly number[]): void
  close(): void
}

export interface Requested {
  readonly api: ApiName
  readonly model?: string
  /** documents a request; that of the API when not given */
  readonly documents?: number
  /** more fields of every request, such as { use_activation: false } */
  readonly body?: Readonly<Record<string, unknown>>
  /** of `chat` */
  readonly prompt?: Prompt
  /** what stands around the texts, for rerankers that are decoders; nothing when not given. Not of `chat` */
  readonly templates?: Templates
  /**
   * `logit`: the scores are probabilities, of which the log-odds are taken: differences near 0 and 1 are then as large as they
   * were in the model. vLLM is asked for logits when it is left out, which loses nothing
   */
  readonly scale?: 'logit'
}

export interface Server extends Requested {
  /** of the endpoint, with its path */
  readonly url: string
  /** name of the environment variable that has the key */
  readonly key?: string
  /** requests at a time; 8 */
  readonly concurrency?: number
  /** requests a minute, at most */
  readonly perMinute?: number
  /** seconds; 60 */
  readonly timeout?: number
  /** 8 */
  readonly retries?: number
}
