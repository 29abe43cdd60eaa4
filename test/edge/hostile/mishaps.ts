// Mishaps of a server: parallel clients, connections that are reset, broken bodies, a runtime that traps. For
// the test that it still ranks afterwards, and for the longer benchmark.
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { reset } from '../served/bare-workerd.ts'

const PATIENCE = 10_000
const words = [
  'buffer',
  'memory',
  'password',
  'lock',
  'server',
  'writes',
  'freed',
  'session',
  'past',
  'the end',
]
export const bodyOf = (documents: number, seed: number, size = 8) =>
  JSON.stringify({
    model: 'disranker',
    query: `${words[seed % 10]} ${words[(seed * 3 + 1) % 10]}`,
    documents: Array.from({ length: documents }, (_, at) =>
      Array.from(
        { length: size },
        (_, word) => words[(seed * 7 + at * 5 + word * 3 + ((at * word) % 7)) % 10],
      ).join(' '),
    ),
  })
export const KNOWN = bodyOf(5, 1)

/** Ranks without caches; gives up after a while. */
export async function rank(url: string, body: string) {
  const headers = { 'cache-control': 'no-store' }
  const signal = AbortSignal.timeout(PATIENCE)
  const answer = await fetch(`${url}/v2/rerank`, { method: 'POST', headers, body, signal })
  return { status: answer.status, text: await answer.text() }
}

export const scoresOf = (text: string) => (JSON.parse(text) as { results: unknown }).results

/**
 * One client that asks for 2 to 40 documents again and again, with pauses of 0 to 60 ms.
 * @param statuses how often each status was answered
 * @returns those
 */
export async function client(
  url: string,
  at: number,
  go: (round: number) => boolean,
  statuses = new Map<number, number>(),
): Promise<Map<number, number>> {
  for (let round = 0; go(round); round++) {
    const { status } = await rank(url, bodyOf(2 + ((at * 13 + round * 7) % 39), at * 1000 + round))
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    await sleep((at * 17 + round * 11) % 61)
  }
  return statuses
}

export interface Mishap {
  readonly kind: 'rank' | 'reset' | 'ready' | 'metrics' | 'broken'
  readonly documents: number
  readonly seed: number
  readonly after: number
}

/** Mishaps that happen at one time, as many as asked for. */
export function mishaps(count: number, seed: number): readonly (readonly Mishap[])[] {
  const one = fc.record<Mishap>({
    kind: fc.constantFrom('rank', 'rank', 'reset', 'reset', 'ready', 'metrics', 'broken'),
    documents: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(1000),
    after: fc.integer({ min: 0, max: 40 }),
  })
  return fc.sample(fc.array(one, { minLength: 2, maxLength: 6 }), { numRuns: count, seed })
}

export async function happen({ url, port }: { url: string; port: number }, mishap: Mishap): Promise<void> {
  const { kind, documents, seed, after } = mishap
  const acts: Record<Mishap['kind'], () => Promise<unknown>> = {
    rank: () => rank(url, bodyOf(documents, seed)),
    reset: () => reset(port, '/v2/rerank', bodyOf(documents, seed), after),
    ready: () => reset(port, '/ready', undefined, after),
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    broken: () => rank(url, '{"query":'),
  }
  await acts[kind]()
}

/** Makes every so many computations of onnxruntime trap, as a bug in it or a full memory would. */
export const trapping = (every: number) => `
{
  const instantiate = WebAssembly.instantiate
  let calls = 0
  WebAssembly.instantiate = async (module, imports) => {
    const instance = await instantiate(module, imports)
    const exports = Object.fromEntries(Object.entries(instance.exports).map(([name, value]) => [
      name,
      typeof value === 'function' && value.length === 8
        ? (...given) => {
            if (++calls % ${every} === 0) throw new WebAssembly.RuntimeError('unreachable')
            return value(...given)
          }
        : value,
    ]))
    return { exports }
  }
}
`
