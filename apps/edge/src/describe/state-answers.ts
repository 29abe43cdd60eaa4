// The answers of the routes other than the rerank APIs, as schemas for the description.
import { z } from 'zod'

const version = z.string().describe('12 hex digits of the sha256 of its manifest.json')
const files = z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() }))

/** the fields for Cohere's clients */
const listed = z.object({
  name: z.string(),
  endpoints: z.array(z.literal('rerank')),
  finetuned: z.boolean(),
  context_length: z.int().describe('tokens of a query and a document together'),
  tokenizer_url: z.null(),
  default_endpoints: z.array(z.string()),
})

export const modelAnswer = listed.extend({
  id: z.string().describe('its name in requests'),
  object: z.literal('model'),
  created: z.literal(0),
  owned_by: z.literal('disranker'),
  root: z.string().describe('the model, if this name is an alias'),
  version,
  bytes: z.int().describe('of all files together'),
  files,
  limits: z.record(z.string(), z.number()).describe('the limits of a request'),
  metrics: z.record(z.string(), z.unknown()).describe('of its training'),
  relevance: z
    .object({ scale: z.array(z.number()), even_odds: z.number(), meaning: z.string() })
    .describe('how to read relevance_score'),
  hosted: z
    .object({
      by: z.literal('workers-ai'),
      model: z.string(),
      after: z.string().optional(),
      top: z.int(),
      usdPerMillionTokens: z.number(),
    })
    .optional()
    .describe('of a hosted model: the model that ranks first, and the price of a million tokens'),
})

export const modelsAnswer = z.object({
  object: z.literal('list'),
  data: z.array(modelAnswer),
  models: z.array(listed).describe("the same for Cohere's clients"),
})

export const infoAnswer = z.object({
  model_id: z.string(),
  model_sha: z.string().describe('the version'),
  model_dtype: z.string(),
  model_type: z.object({
    reranker: z.object({
      id2label: z.record(z.string(), z.string()),
      label2id: z.record(z.string(), z.int()),
    }),
  }),
  max_concurrent_requests: z.int(),
  max_input_length: z.int().describe('tokens of a query and a text together'),
  max_batch_tokens: z.int(),
  max_batch_requests: z.null(),
  max_client_batch_size: z.int(),
  auto_truncate: z.boolean(),
  tokenization_workers: z.int(),
  version: z.string(),
  sha: z.null(),
  docker_label: z.null(),
})

export const metaAnswer = z.object({
  model: z.string(),
  model_version: version,
  version: z.string().describe('of the code'),
})

export const tokenizeAnswer = z.array(
  z.array(
    z.object({
      id: z.int(),
      text: z.string(),
      special: z.boolean(),
      start: z.null(),
      stop: z.null(),
    }),
  ),
)

export const healthAnswer = z.object({
  status: z.literal('ok'),
  code: z.string().describe('version of the code: of its package, and of its deployment'),
  model: z
    .object({ name: z.string(), state: z.literal(['not loaded', 'loading', 'ready', 'failed']) })
    .optional()
    .describe('the default model'),
})

export const readyAnswer = z.object({
  status: z.literal('ready'),
  model: z.string(),
  version,
  checked: z.boolean().describe('whether the bundle has a known pair, and the model gave it the right score'),
  network_left_out: z
    .string()
    .optional()
    .describe(
      'of a model that ranks by its table of words and lexical overlap: the reason for having no network',
    ),
})
