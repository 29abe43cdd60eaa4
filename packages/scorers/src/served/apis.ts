// The rerank APIs of servers: the form of a request for one query and its documents, and the place of the
// scores in the answer. Only this list names them.
//   vLLM        /score and /rerank (docs.vllm.ai, "Pooling models")
//   TEI         /rerank of Hugging Face's text-embeddings-inference (docs/openapi.json)
//   Cohere      /v2/rerank      Jina  /v1/rerank      Voyage  /v1/rerank
//   chat        /v1/chat/completions as OpenAI has it, with the log-probabilities of a relevance token

import { z } from 'zod'
import { BadAnswer } from './bad-answer.ts'
import { chatBody, chatScore } from './chat.ts'
import type { ApiOptions, ServedRequest } from './request.ts'

export interface Api {
  /** maximal documents of a request, unless the recipe overrides it */
  readonly documents: number
  /** its path in a batch file of vLLM; undefined: vLLM does not support it */
  readonly batch?: string
  /** JSON to send */
  body(request: ServedRequest, options: ApiOptions): Readonly<Record<string, unknown>>
  /**
   * One score for each document, in their order.
   * @throws {BadAnswer} when the answer does not follow this API
   */
  read(answer: unknown, documents: number, options: ApiOptions): number[]
}

const indexed = (name: 'score' | 'relevance_score') =>
  z
    .array(z.looseObject({ index: z.int().min(0), [name]: z.number() }))
    .transform((rows) => rows.map((row) => ({ index: row.index as number, score: row[name] as number })))
const results = z.union([
  z.looseObject({ results: indexed('relevance_score') }).transform(({ results }) => results),
  z.looseObject({ data: indexed('relevance_score') }).transform(({ data }) => data),
])
const scores = z.looseObject({ data: indexed('score') }).transform(({ data }) => data)

/** Rows in any order, each document once. */
function inOrder(
  schema: z.ZodType<readonly { readonly index: number; readonly score: number }[]>,
  answer: unknown,
  documents: number,
): number[] {
  const rows = schema.safeParse(answer)
  if (!rows.success) throw new BadAnswer(`its answer is not of this API: ${shown(answer)}`)
  const found = new Array<number | undefined>(documents).fill(undefined)
  for (const { index, score } of rows.data) {
    if (index >= documents || found[index] !== undefined || !Number.isFinite(score))
      throw new BadAnswer(`its answer scores document ${index} of ${documents} with ${score}, or twice`)
    found[index] = score
  }
  const missing = found.indexOf(undefined)
  if (missing >= 0) throw new BadAnswer(`its answer has no score for document ${missing} of ${documents}`)
  return found as number[]
}

const shown = (answer: unknown) => String(JSON.stringify(answer)).slice(0, 200)

const rerank = (more: Readonly<Record<string, unknown>>, batch?: string, most = 32): Api => ({
  documents: most,
  ...(batch !== undefined && { batch }),
  body: ({ query, documents }, { model }) => ({ model, query, documents, ...more }),
  read: (answer, documents) => inOrder(results, answer, documents),
})

/** vLLM rounds probabilities near 1 to 1, where logits still differ (docs.vllm.ai, pooling parameters) */
const LOGITS = { use_activation: false }

export const apis = {
  'vllm-score': {
    documents: 32,
    batch: '/v1/score',
    body: ({ query, documents }, { model, probabilities }) => ({
      ...{ model, text_1: query, text_2: documents },
      ...(!probabilities && LOGITS),
    }),
    read: (answer, documents) => inOrder(scores, answer, documents),
  },
  'vllm-rerank': {
    ...rerank({}, '/v1/rerank'),
    body: ({ query, documents }, { model, probabilities }) => ({
      ...{ model, query, documents },
      ...(!probabilities && LOGITS),
    }),
  },
  // a billed search has up to 100 documents
  cohere: rerank({}, undefined, 100),
  jina: rerank({ return_documents: false }),
  voyage: rerank({ return_documents: false }),
  tei: {
    documents: 32,
    body: ({ query, documents }) => ({ query, texts: documents, raw_scores: true, truncate: true }),
    read: (answer, documents) => inOrder(indexed('score'), answer, documents),
  },
  chat: {
    documents: 1,
    batch: '/v1/chat/completions',
    body: chatBody,
    read: (answer, _, options) => [chatScore(answer, options)],
  },
} as const satisfies Record<string, Api>

export type ApiName = keyof typeof apis
