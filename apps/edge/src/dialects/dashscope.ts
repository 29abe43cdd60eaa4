// The rerank APIs of Alibaba's DashScope (https://help.aliyun.com/zh/model-studio/text-rerank-api): its own,
// with the content under "input" and options under "parameters", which its SDKs use; and the flat one that it
// calls compatible.
import { z } from 'zod'
import type { ErrorStatus, Errors } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { anyObject, count, id, index, relevance } from './parts/answers.ts'
import { asObject } from './parts/any-document.ts'
import { checkBody, fieldTable } from './parts/field-table.ts'
import { extensionsOf, requestParts } from './parts/request-parts.ts'

const results = z.array(z.strictObject({ index, relevance_score: relevance, document: anyObject }))
const usage = z.strictObject({ total_tokens: count })
const errorSchema = z.strictObject({ code: z.string(), message: z.string(), request_id: z.string() })

const CODES: Readonly<Partial<Record<ErrorStatus, string>>> = {
  401: 'InvalidApiKey',
  404: 'ModelNotFound',
  429: 'Throttling.RateQuota',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'RequestTimeOut',
}
const DASHSCOPE_ERRORS: Errors = {
  errorBody: ({ message, status }, request_id) => ({
    code: CODES[status] ?? 'InvalidParameter',
    message,
    request_id,
  }),
}

const partsOf = (limits: Limits) => {
  const { model, query, documents, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const how = {
    top_n: optionalCount(1).describe('maximal results; all by default'),
    return_documents: optionalFlag.describe('return the documents unchanged'),
    instruct: extensions.instruction,
  }
  return { what: { query, documents }, how, model, optional, extensions }
}

/** POST /api/v1/services/rerank/text-rerank/text-rerank */
export function dashScope(limits: Limits): Dialect {
  const { what, how, model, optional, extensions } = partsOf(limits)
  const input = fieldTable('query and documents', what)
  const parameters = fieldTable('top_n or return_documents', { ...how, ...extensions })
  const fields = fieldTable('model and input', {
    model,
    input: input.schema,
    // in every API the fields of this server are at the top level; DashScope's SDKs can only add to the parameters
    parameters: optional(parameters.schema),
    ...extensions,
  })
  return defineDialect({
    name: 'DashScope',
    paths: ['/api/v1/services/rerank/text-rerank/text-rerank'],
    operationId: 'rerankDashScope',
    under: '/api/v1/services/',
    fields,
    example: { model: 'disranker', input: { query: 'buffer overflow', documents: EXAMPLE_TEXTS } },
    answerSchema: z.strictObject({ output: z.strictObject({ results }), usage, request_id: z.string() }),
    errorSchema,
    read(asked) {
      const { fields: wanted, warnings: others } = checkBody(parameters, asked.parameters ?? {})
      const { query, documents } = asked.input
      return {
        model: asked.model,
        query,
        documents,
        rules: { list: 'input.documents' },
        topN: wanted.top_n,
        ...extensionsOf({
          ...{ ...asked, ...wanted },
          instruction: wanted.instruct ?? wanted.instruction ?? asked.instruction,
        }),
        warnings: [...checkBody(input, asked.input).warnings, ...others],
        answer: ({ results, tokens }, { id, relevance }) => ({
          output: {
            results: results.map(({ index, score }) => ({
              index,
              relevance_score: relevance(score),
              ...(wanted.return_documents && { document: asObject(documents[index]!) }),
            })),
          },
          usage: { total_tokens: tokens },
          request_id: id,
        }),
      }
    },
    ...DASHSCOPE_ERRORS,
  })
}

/** POST /compatible-api/v1/reranks */
export function dashScopeFlat(limits: Limits): Dialect {
  const { what, how, model, extensions } = partsOf(limits)
  const fields = fieldTable('model, query and documents', { model, ...what, ...how, ...extensions })
  return defineDialect({
    name: 'DashScope (compatible)',
    paths: ['/compatible-api/v1/reranks'],
    operationId: 'reranksDashScope',
    under: '/compatible-api/',
    fields,
    example: { model: 'disranker', query: 'buffer overflow', documents: EXAMPLE_TEXTS },
    answerSchema: z.strictObject({ object: z.literal('list'), results, model: z.string(), id, usage }),
    errorSchema,
    read(asked) {
      const { model, query, documents, top_n: topN, return_documents: withDocuments } = asked
      return {
        model,
        query,
        documents,
        topN,
        ...extensionsOf({ ...asked, instruction: asked.instruct ?? asked.instruction }),
        answer: ({ results, tokens }, { id, model, relevance }) => ({
          object: 'list',
          results: results.map(({ index, score }) => ({
            index,
            relevance_score: relevance(score),
            ...(withDocuments && { document: asObject(documents[index]!) }),
          })),
          model,
          id,
          usage: { total_tokens: tokens },
        }),
      }
    },
    ...DASHSCOPE_ERRORS,
  })
}
