// The fields that vLLM's requests for ranks and for scores have in common (vllm/entrypoints/pooling: base/protocol.py and
// scoring/protocol.py).
import { z } from 'zod'
import type { AskedRanking } from '../ranking/ranking-request.ts'
import { refused, warned } from './parts/field-table.ts'
import { knownByKey, noPictures, type RequestParts, servedInTurn } from './parts/request-parts.ts'

export const vllmFields = ({ model, optional, optionalCount, optionalFlag }: RequestParts) => ({
  model: optional(model).describe('a name of GET /v1/models; the first one by default'),
  max_tokens_per_doc: optionalCount(0).describe(
    "maximal tokens of a document; the model's maximum by default, or with 0",
  ),
  max_tokens_per_query: optionalCount(0).describe(
    "maximal tokens of the query; the model's maximum by default, or with 0",
  ),
  truncate_prompt_tokens: optionalCount(-1).describe(
    "maximal tokens of a query and a document together; the model's maximum by default, or with -1",
  ),
  truncation_side: optional(z.literal(['left', 'right'], { error: 'wanted "left" or "right"' })).describe(
    'the side of a document that is cut; right by default',
  ),
  use_activation: optionalFlag.describe('false returns the raw scores of the model, like raw_scores'),
  request_id: optional(z.string().min(1, 'is empty').max(128, 'is longer than 128 characters')).describe(
    'the id of the answer',
  ),
})

export const vllmUnused = {
  user: warned(knownByKey),
  padding: warned('texts are padded as the engine needs them', { harmless: ['do_not_pad'] }),
  priority: warned(servedInTurn, { harmless: [0] }),
  cache_salt: warned('cached scores are shared only between requests with the same key'),
  mm_processor_kwargs: refused(noPictures),
  chat_template: refused('a model reads texts in the form that it was trained on'),
  chat_template_kwargs: warned('an instruction has its own field'),
  add_special_tokens: refused('a model reads texts in the form that it was trained on', { harmless: [true] }),
  normalize: refused('vLLM has removed it, too; use use_activation', { harmless: [true] }),
} as const

type VllmAsked = z.infer<
  z.ZodObject<ReturnType<typeof vllmFields> & Pick<RequestParts['extensions'], 'raw_scores'>>
>

export const vllmOptions = (asked: VllmAsked) =>
  ({
    model: asked.model,
    maxTokens: asked.max_tokens_per_doc || undefined,
    maxQueryTokens: asked.max_tokens_per_query || undefined,
    maxPairTokens: (asked.truncate_prompt_tokens ?? -1) > 0 ? asked.truncate_prompt_tokens : undefined,
    leaveOut: asked.truncation_side === 'left' ? 'start' : undefined,
    raw: asked.raw_scores ?? (asked.use_activation === false ? true : undefined),
  }) satisfies Partial<AskedRanking>
