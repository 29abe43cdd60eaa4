// The error formats of the APIs. Clients of different APIs read different members of the same body.
import { z } from 'zod'
import type { ApiError, ErrorStatus, Errors } from '../../api-error.ts'

export const cohereError = z.strictObject({ id: z.string(), message: z.string() })

export const openAiError = z
  .strictObject({ message: z.string(), type: z.string(), param: z.null(), code: z.int() })
  .describe('the message again, where clients of OpenAI, vLLM, llama.cpp, Infinity and Together read it')

export const jinaError = cohereError.extend({
  detail: z.string().describe('the message again, where clients of Jina and Mixedbread read it'),
  error: openAiError,
})

export const teiError = z.strictObject({ error: z.string(), error_type: z.string() })

export const weaviateError = z.strictObject({ error: z.string() })

/** names of OpenAI's, which llama.cpp and vLLM use too */
const OPENAI_TYPES: Readonly<Partial<Record<ErrorStatus, string>>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  500: 'server_error',
  503: 'unavailable_error',
  504: 'server_error',
}

export const openAiErrorOf = ({ message, status }: ApiError): z.infer<typeof openAiError> => ({
  message,
  type: OPENAI_TYPES[status] ?? 'invalid_request_error',
  param: null,
  code: status,
})

export const JINA_ERRORS: Errors = {
  errorBody: (error, id) => ({
    id,
    message: error.message,
    detail: error.message,
    error: openAiErrorOf(error),
  }),
}

const TEI_TYPES: Readonly<Partial<Record<ErrorStatus, string>>> = {
  413: 'Validation',
  422: 'Validation',
  500: 'Backend',
  503: 'Unhealthy',
}

export const TEI_ERRORS: Errors = {
  // TEI's names; a Retry-After means overloaded, with any status
  errorBody: ({ message, status, headers }) => ({
    error: message,
    error_type: 'retry-after' in headers ? 'Overloaded' : (TEI_TYPES[status] ?? 'Validation'),
  }),
  // like "batch size > maximum allowed batch size"
  statusOf: (status) => (status === 422 ? 413 : status),
}
