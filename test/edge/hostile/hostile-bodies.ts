// Expensive bodies: characters outside the vocabulary, endless words, endless pieces, deep nesting.
const many = <Value>(count: number, of: (at: number) => Value) =>
  Array.from({ length: count }, (_, at) => of(at))
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const chunk = { long_documents: 'chunk' }
const body = (fields: object) => JSON.stringify({ model: 'disranker', query: 'a buffer', ...fields })

export interface HostileBody {
  readonly path: string
  readonly body: string
}

const v2 = (body: string): HostileBody => ({ path: '/v2/rerank', body })
const v1 = (body: string): HostileBody => ({ path: '/v1/rerank', body })

/** Megabytes each. */
export const LARGE: Readonly<Record<string, HostileBody>> = {
  'unknown signs in pieces': v2(
    body({ documents: many(50, (at) => `${at}${'☃,'.repeat(10_000)}`), ...chunk }),
  ),
  'unknown signs': v2(body({ documents: many(1_000, (at) => `${at}${'☃,'.repeat(650)}`) })),
  'no spaces': v2(body({ documents: many(1_000, (at) => `${at}${'abcdefghij'.repeat(390)}`) })),
  'one word of 4 MB': v2(body({ documents: ['x'.repeat(4_000_000)] })),
  'one word of 4 MB in pieces without end': v1(
    body({ documents: ['x'.repeat(4_000_000)], ...chunk, max_chunks_per_doc: 2_147_483_647 }),
  ),
  'words of 4 MB in pieces without end': v1(
    body({ documents: ['lock '.repeat(800_000)], ...chunk, max_chunks_per_doc: 2_147_483_647 }),
  ),
  'accents that have to be sorted': v2(
    body({ documents: many(1_000, (at) => `${at}a${'\u0301\u0323'.repeat(900)}`) }),
  ),
  '1,000 texts of 4 kB': v2(
    body({ documents: many(1_000, (at) => `${at} the buffer of a lock `.repeat(180).slice(0, 4_000)) }),
  ),
  'nesting of megabytes': v2(`{"query":"a","documents":${nested(2_000_000)}}`),
  'objects in objects': v1(`{"query":"a","documents":[${'{"a":'.repeat(600_000)}1${'}'.repeat(600_000)}]}`),
}

/** Kilobytes each. */
export const SMALL: Readonly<Record<string, HostileBody>> = {
  'deep nesting': v2(`{"query":"a","documents":${nested(20_000)}}`),
  'deep documents that go back': v1(
    `{"query":"a","documents":[${'{"a":'.repeat(20_000)}"b"${'}'.repeat(20_000)}]}`,
  ),
  'cut off': v2('{"model":"disranker","query":"a","documents":["b'),
  'a prototype': v1('{"query":"a","documents":[{"__proto__":{"text":"b"},"text":"c"}],"__proto__":{}}'),
  'no list': v2(body({ documents: { length: 5 } })),
  'half a character': v2(body({ documents: ['\ud83d', 'a'] })),
}
