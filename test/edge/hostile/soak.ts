// Valid requests of random sizes to every rerank path, while the Worker's memory is measured. The long run,
// with known scores, is `npm run bench -- soak`.
import fc from 'fast-check'

export interface SoakState {
  readonly requests: number
  readonly errors: number
  /** bytes of the runtime's memory and of remembered scores */
  readonly heap: number
  readonly scoreCache: number
}

const word = fc.constantFrom(
  ...[
    'buffer',
    'lock',
    'password',
    'server',
    'kernel',
    'overflow',
    'certificate',
    'session',
    'the',
    'of',
    'pointer',
  ],
)
const textOf = (most: number) =>
  fc.array(word, { minLength: 1, maxLength: most }).map((words) => words.join(' '))
/** mostly few and short, sometimes many or long */
const texts = fc.oneof(
  { weight: 8, arbitrary: fc.array(textOf(20), { minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.array(textOf(10), { minLength: 40, maxLength: 60, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(textOf(400), { minLength: 1, maxLength: 4, size: 'max' }) },
)
const base = fc.record({ query: textOf(12), texts, noStore: fc.boolean() })
const option = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const common = {
  long_documents: option(fc.constantFrom('truncate', 'chunk')),
  raw_scores: option(fc.boolean()),
}
const PATHS = {
  '/v2/rerank': fc.record({
    ...common,
    top_n: option(fc.integer({ min: 1, max: 70 })),
    model: fc.constant('disranker'),
  }),
  '/v1/rerank': fc.record({ ...common, return_documents: option(fc.boolean()) }),
  '/voyage/v1/rerank': fc.record({
    ...common,
    model: fc.constant('disranker'),
    return_documents: option(fc.boolean()),
  }),
  '/tei/rerank': fc.record({ ...common, truncate: fc.constant(true), return_text: option(fc.boolean()) }),
  '/rerank': fc.record({ ...common, model: fc.constant('disranker') }),
}
const request = fc.oneof(
  ...Object.entries(PATHS).map(([path, options]) =>
    fc.tuple(base, options).map(([{ query, texts, noStore }, fields]) => ({
      path,
      headers: noStore ? { 'cache-control': 'no-store' } : {},
      body: JSON.stringify({ query, [path === '/tei/rerank' ? 'texts' : 'documents']: texts, ...fields }),
    })),
  ),
)

/**
 * @param ask sends a request to a path of the server
 * @param every how many requests lie between two states
 * @param tell given every answer that is not 200
 */
export async function* soak(
  ask: (path: string, request?: RequestInit) => Response | Promise<Response>,
  count: number,
  every: number,
  seed: number,
  tell: (line: string) => void = console.error,
): AsyncGenerator<SoakState> {
  let errors = 0
  const gauge = async (name: string) => {
    const text = await (await ask('/metrics')).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  }
  for (let sent = 0; sent < count; ) {
    for (const { path, headers, body } of fc.sample(request, { numRuns: every, seed: seed + sent })) {
      const answer = await ask(path, { method: 'POST', headers, body })
      const text = await answer.text()
      sent++
      if (answer.status === 200) continue
      errors++
      tell(`${path}: ${answer.status} ${text}`)
    }
    yield {
      requests: sent,
      errors,
      heap: await gauge('disranker_wasm_heap_bytes'),
      scoreCache: await gauge('disranker_score_cache_bytes'),
    }
  }
}
