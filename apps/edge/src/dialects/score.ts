// vLLM's score API: one text with one or many, or n texts with n others, each pair with its score, in the
// order of the request. The two sides have the names of each form of the protocol
// (vllm/entrypoints/pooling/scoring/protocol.py).
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { id, index, relevance, usage } from './parts/answers.ts'
import { JINA_ERRORS, jinaError } from './parts/errors.ts'
import { fieldTable } from './parts/field-table.ts'
import { oneOrMany, requestParts } from './parts/request-parts.ts'
import { vllmFields, vllmOptions, vllmUnused } from './vllm-fields.ts'

/** the names of the two sides, in the order in which vLLM tries them */
const FORMS = [
  ['queries', 'documents'],
  ['queries', 'items'],
  ['data_1', 'data_2'],
  ['text_1', 'text_2'],
] as const

const answerSchema = z.strictObject({
  id,
  object: z.literal('list'),
  created: z.literal(0).describe('0, so that equal requests have equal answers'),
  model: z.string(),
  data: z
    .array(z.strictObject({ index, object: z.literal('score'), score: relevance }))
    .describe('in the order of the second side'),
  usage,
})

/** POST /score and /v1/score */
export function score(limits: Limits): Dialect {
  const parts = requestParts(limits)
  const { optional, queryOrParts, textOrParts, list } = parts
  const first = optional(oneOrMany(list(queryOrParts, 'text'), queryOrParts)).describe(
    'the query, or as many as the other side has: the first is scored with the first, and so on',
  )
  const second = optional(oneOrMany(list(textOrParts, 'text'), textOrParts)).describe('the texts to score')
  const fields = fieldTable(
    'queries and documents, or text_1 and text_2',
    {
      queries: first,
      documents: second,
      items: second,
      data_1: first,
      data_2: second,
      text_1: first,
      text_2: second,
      ...vllmFields(parts),
      ...parts.extensions,
    },
    vllmUnused,
    { anyOf: FORMS.map((required) => ({ required })) },
  )
  return defineDialect({
    name: "vLLM's scores",
    paths: ['/score', '/v1/score'],
    operationId: 'score',
    fields,
    example: { queries: 'buffer overflow', documents: EXAMPLE_TEXTS },
    answerSchema,
    errorSchema: jinaError,
    read(asked) {
      const form = FORMS.find(([one, other]) => asked[one] !== undefined && asked[other] !== undefined)
      if (form === undefined)
        throw new ApiError(
          400,
          `The body: wanted two sides, ${FORMS.map(([one, other]) => `${one} and ${other}`).join(', or ')}.`,
        )
      const [queries, documents] = [asked[form[0]]!, asked[form[1]]!]
      if (queries.length > 1 && queries.length !== documents.length)
        throw new ApiError(
          400,
          `${form[0]}: has ${queries.length} texts and ${form[1]} ${documents.length}; wanted one with one, one with many, or as many with as many.`,
        )
      const others = [...new Set(FORMS.flat())].filter(
        (name) => asked[name] !== undefined && !(form as readonly string[]).includes(name),
      )
      return {
        query: queries.length === 1 ? queries[0]! : queries,
        documents,
        rules: { list: form[1] },
        ...vllmOptions(asked),
        warnings: others.map((name) => `The field "${name}" was not used: ${form.join(' and ')} are scored.`),
        answer: ({ results, tokens }, { id, model, relevance }) => ({
          id: asked.request_id ?? id,
          object: 'list',
          created: 0,
          model,
          data: results
            .map(({ index, score }) => ({ index, object: 'score', score: relevance(score) }))
            .sort((a, b) => a.index - b.index),
          usage: { prompt_tokens: tokens, total_tokens: tokens },
        }),
      }
    },
    ...JINA_ERRORS,
  })
}
