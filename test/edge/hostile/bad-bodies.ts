// Requests that every rerank API must refuse, generated from valid ones: a missing field, another type, a
// value out of bounds; elements that are not documents; bytes that are not JSON.
import fc from 'fast-check'

export interface BadRequest {
  readonly path: string
  readonly body: string | Uint8Array<ArrayBuffer>
  /** what was done, for the report of a failure */
  readonly flaw: string
}

type Body = Readonly<Record<string, unknown>>

const INT = 'integer'
/** the fields of each API: name -> the JSON type it wants; required ones first */
const APIS: Readonly<
  Record<string, { required: readonly string[]; optional: Readonly<Record<string, string>> }>
> = {
  '/v2/rerank': {
    required: ['model', 'query', 'documents'],
    optional: { top_n: INT, max_tokens_per_doc: INT, priority: INT },
  },
  '/v1/rerank': {
    required: ['query', 'documents'],
    optional: {
      model: 'string',
      top_n: INT,
      max_chunks_per_doc: INT,
      return_documents: 'boolean',
      rank_fields: 'array',
    },
  },
  '/rerank': {
    required: ['query', 'documents'],
    optional: {
      model: 'string',
      top_n: INT,
      max_tokens_per_doc: INT,
      return_documents: 'boolean',
      rank_fields: 'array',
    },
  },
  '/voyage/v1/rerank': {
    required: ['model', 'query', 'documents'],
    optional: { top_k: INT, return_documents: 'boolean', truncation: 'boolean' },
  },
  '/tei/rerank': {
    required: ['query', 'texts'],
    optional: { return_text: 'boolean', truncate: 'boolean', truncation_direction: 'enum' },
  },
}
const EXTENSIONS = { raw_scores: 'boolean', long_documents: 'enum', on_error: 'enum' }
export const PATHS = Object.keys(APIS)
const listOf = (path: string) => (path === '/tei/rerank' ? 'texts' : 'documents')

/** the JSON types that the list may have: vLLM's may be one document without a list around it */
const listTypes = (path: string) => (path === '/rerank' ? ['array', 'string', 'object'] : ['array'])

/** A body that is taken. */
export function validBody(path: string): Body {
  const texts = ['a careless buffer', 'a lock that waits']
  return { ...(path !== '/tei/rerank' && { model: 'disranker' }), query: 'buffer', [listOf(path)]: texts }
}

const OF_TYPE: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string({ unit: 'binary' }),
  integer: fc.integer({ min: 1, max: 100 }),
  fraction: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  boolean: fc.boolean(),
  array: fc.array(fc.jsonValue(), { minLength: 1, maxLength: 4 }),
  object: fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), fc.jsonValue(), { maxKeys: 4 }),
}
const notOf = (...types: readonly string[]) =>
  fc.oneof(...Object.entries(OF_TYPE).flatMap(([type, values]) => (types.includes(type) ? [] : [values])))

const withField = (path: string, field: string, values: fc.Arbitrary<unknown>, flaw: string) =>
  values.map(
    (value): BadRequest => ({ path, flaw, body: JSON.stringify({ ...validBody(path), [field]: value }) }),
  )

/** @param limits of the server, small enough to be passed often */
export function badRequests(limits: {
  documents: number
  queryCharacters: number
  bodyBytes: number
}): fc.Arbitrary<BadRequest> {
  return fc.oneof(...PATHS.map((path) => badRequest(path, limits)))
}

function badRequest(
  path: string,
  limits: { documents: number; queryCharacters: number; bodyBytes: number },
): fc.Arbitrary<BadRequest> {
  const { required, optional } = APIS[path]!
  const list = listOf(path)
  const without = required.map((field) => {
    const { [field]: _, ...body } = validBody(path)
    return fc.constant<BadRequest>({ path, flaw: `no ${field}`, body: JSON.stringify(body) })
  })
  const wrongType = [
    ...required.map((field) =>
      withField(
        path,
        field,
        notOf(...(field === list ? listTypes(path) : ['string'])),
        `${field} of another type`,
      ),
    ),
    ...Object.entries({ ...optional, ...EXTENSIONS }).map(([field, type]) => {
      // an array of strings is what rank_fields wants; "fail" and the like are not among random strings
      const others = type === 'enum' ? notOf() : notOf(type)
      return withField(path, field, others, `${field} of another type`)
    }),
  ]
  const outOfRange = Object.entries(optional)
    .filter(([, type]) => type === INT)
    .map(([field]) =>
      withField(
        path,
        field,
        fc.oneof(fc.integer({ max: -1 }), fc.constantFrom(2 ** 31, 1e300, -0.5)),
        `${field} out of range`,
      ),
    )
  const anyObject = ['/v2/rerank', '/v1/rerank', '/rerank'].includes(path)
  const wrongElement = anyObject ? notOf('string', 'object') : notOf('string')
  const elements = fc
    .tuple(fc.array(fc.string(), { maxLength: 3 }), wrongElement, fc.array(fc.string(), { maxLength: 3 }))
    .map(([before, wrong, after]) => [...before, wrong, ...after])
  const text = JSON.stringify(validBody(path))
  const bytes = new TextEncoder().encode(text)
  return fc.oneof(
    ...without,
    ...wrongType,
    ...outOfRange,
    withField(path, list, elements, 'an element that is no document'),
    withField(path, list, fc.constant([]), 'no documents'),
    withField(
      path,
      list,
      fc.integer({ min: limits.documents + 1, max: 3 * limits.documents }).map((n) => Array(n).fill('a')),
      'too many documents',
    ),
    withField(
      path,
      'query',
      fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\u00a0'), maxLength: 9 }),
      'blank query',
    ),
    withField(
      path,
      'query',
      fc.integer({ min: 1, max: 99 }).map((n) => 'q'.repeat(limits.queryCharacters + n)),
      'long query',
    ),
    fc.nat({ max: text.length - 1 }).map((end) => ({ path, flaw: 'cut off', body: text.slice(0, end) })),
    fc
      .jsonValue()
      .filter(isNoBody)
      .map((value) => ({ path, flaw: 'no object of fields', body: JSON.stringify(value) })),
    fc
      .uint8Array({ maxLength: 64 })
      .filter(isNoJson)
      .map((body) => ({ path, flaw: 'bytes', body: Uint8Array.from(body) })),
    fc
      .tuple(fc.nat({ max: bytes.length - 1 }), fc.constantFrom(0x00, 0x01, 0x0a, 0x1f))
      .map(([at, byte]) => ({ path, flaw: 'a control character', body: bytes.with(at, byte) }))
      .filter(({ body }) => isNoJson(body)),
    fc
      .integer({ min: 10, max: 5_000 })
      .map((n) => ({ path, flaw: 'deep', body: '['.repeat(n) + ']'.repeat(n) })),
    fc.nat({ max: 200 }).map((n) => ({ path, flaw: 'large', body: text.padEnd(limits.bodyBytes + 1 + n) })),
  )
}

function isNoJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes))
    return false
  } catch {
    return true
  }
}

const isNoBody = (value: unknown) => typeof value !== 'object' || value === null || !('query' in value)
