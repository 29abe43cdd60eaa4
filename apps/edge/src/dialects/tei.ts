// The rerank API of Hugging Face's text-embeddings-inference (its docs/openapi.json).
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { index, relevance } from './parts/answers.ts'
import { TEI_ERRORS, teiError } from './parts/errors.ts'
import { fieldTable, warned } from './parts/field-table.ts'
import { requestParts } from './parts/request-parts.ts'

/** How texts longer than the model reads are handled: `auto` cuts them unless the request says truncate: false. */
export type TeiTruncation = 'auto' | 'always'

const answerSchema = z.array(z.strictObject({ index, score: relevance, text: z.string().optional() }))

/**
 * POST /tei/rerank. It names no model.
 * @param truncation auto: like a TEI started with --auto-truncate; always: for clients that always send
 * truncate: false
 */
export function tei(limits: Limits, truncation: TeiTruncation = 'auto'): Dialect {
  const { query, list, text, optional, optionalFlag, extensions } = requestParts(limits)
  const fields = fieldTable(
    'query and texts',
    {
      query,
      texts: list(text, 'text').describe('the documents to rank'),
      return_text: optionalFlag.describe('return the texts'),
      truncate: optionalFlag.describe(
        'true by default; false refuses a query and text that together are too long for the model',
      ),
      truncation_direction: optional(
        z.literal(['right', 'Right', 'left', 'Left'], {
          error: 'wanted "right" or "left": the side that is cut off',
        }),
      ).describe('the side that is cut; right by default'),
      ...extensions,
    },
    {
      model: warned('a TEI serves one model, and here it is the first of GET /v1/models'),
      top_n: warned("TEI gives all results back; LiteLLM's huggingface/ cuts the list itself"),
    },
  )
  return defineDialect({
    name: 'text-embeddings-inference',
    paths: ['/tei/rerank', '/rerank'],
    operationId: 'rerankTei',
    under: '/tei/',
    knownBy: 'texts',
    fields,
    example: { query: 'buffer overflow', texts: EXAMPLE_TEXTS },
    answerSchema,
    errorSchema: teiError,
    read(asked) {
      const { query, texts, return_text: withText, truncate = true } = asked
      const left = asked.truncation_direction?.toLowerCase() === 'left'
      return {
        query,
        documents: texts,
        rules: { list: 'texts' },
        // a document that is read in pieces is not cut
        whole: !truncate && truncation === 'auto' && asked.long_documents !== 'chunk',
        leaveOut: left ? 'start' : 'end',
        answer: ({ results }, { relevance }) =>
          results.map(({ index, score }) => ({
            index,
            score: relevance(score),
            ...(withText && { text: texts[index] }),
          })),
      }
    },
    ...TEI_ERRORS,
  })
}
