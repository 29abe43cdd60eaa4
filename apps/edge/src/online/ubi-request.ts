// The searcher of a rerank request, in terms of User Behavior Insights: a member `ubi` of the body, as
// OpenSearch has it under `ext`, or headers if a client cannot add a field.
import { z } from 'zod'
import { ApiError } from '../api-error.ts'

const id = z.string().trim().min(1).max(256)
const schema = z.object({
  query_id: id.optional(),
  client_id: id.optional(),
  session_id: id.optional(),
  application: z.string().trim().min(1).max(100).optional(),
  user_query: z.string().max(8_192).optional(),
  /** ids of the documents in the order of the request, if the documents themselves have none */
  object_ids: z.array(z.string().min(1).max(512)).optional(),
})

export type UbiFields = z.output<typeof schema>

export interface UbiRequest extends UbiFields {
  /** [documents]: ids in the order of the request */
  readonly documents: readonly string[]
  /** the member was in the body, so that the answer may have one, too */
  readonly inBody: boolean
}

const HEADERS: Readonly<Record<string, keyof UbiFields>> = {
  'x-ubi-query-id': 'query_id',
  'x-ubi-client-id': 'client_id',
  'x-ubi-session-id': 'session_id',
  'x-ubi-application': 'application',
  'x-ubi-object-ids': 'object_ids',
}

/** Whether headers identify the searcher. */
export const hasUbiHeader = (header: (name: string) => string | undefined): boolean =>
  Object.keys(HEADERS).some((name) => header(name) !== undefined)

/**
 * Removes `ubi` from a body.
 * @returns the body for its API, and the searcher; undefined if the request does not identify one
 * @throws {ApiError} 400: a member is wrong, or the documents have no ids
 */
export function takeUbi(
  body: unknown,
  header: (name: string) => string | undefined,
): { readonly body: unknown; readonly ubi: UbiRequest | undefined } {
  const given: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(HEADERS)) {
    const value = header(name)
    if (value !== undefined) given[member] = member === 'object_ids' ? parseIds(value) : value
  }
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  const { ubi, ...rest } = (isObject ? body : {}) as { ubi?: unknown } & Record<string, unknown>
  const inBody = ubi !== undefined && ubi !== null
  if (!inBody && Object.keys(given).length === 0)
    return { body: isObject && 'ubi' in body ? rest : body, ubi: undefined }
  const parsed = schema.safeParse(inBody ? { ...given, ...(ubi as object) } : given)
  if (!parsed.success || (inBody && typeof ubi !== 'object')) {
    const issue = parsed.error?.issues[0]
    throw new ApiError(
      400,
      `ubi${issue?.path.length ? `.${issue.path.join('.')}` : ''}: ${issue?.message ?? 'wanted an object'}.`,
    )
  }
  const fields = parsed.data
  return { body: inBody ? rest : body, ubi: { ...fields, documents: idsOf(rest, fields.object_ids), inBody } }
}

function parseIds(header: string): unknown {
  try {
    return JSON.parse(header)
  } catch {
    throw new ApiError(400, 'The header x-ubi-object-ids is wrong: wanted a JSON array of strings.')
  }
}

function idsOf(
  { documents, texts }: Record<string, unknown>,
  named: readonly string[] | undefined,
): string[] {
  const list = Array.isArray(documents) ? documents : Array.isArray(texts) ? texts : []
  if (named !== undefined) {
    if (named.length !== list.length)
      throw new ApiError(
        400,
        `ubi.object_ids has ${named.length} ids for ${list.length} documents: wanted one for each.`,
      )
    return [...named]
  }
  return list.map((document, index) => {
    const id = (document as { id?: unknown } | null)?.id
    if (typeof id === 'string' || typeof id === 'number') return String(id)
    throw new ApiError(
      400,
      `documents[${index}] has no id, so the shown list cannot be recorded. Send objects with an id, or ubi.object_ids.`,
    )
  })
}
