// Bundles of any size in workerd, in turns: one by both engines, or two by the fused encoder. 50 documents that fill the window, at most
// 64 tokens.
import { basename } from 'node:path'
import { childrenCpu } from '../children-cpu.ts'
import { type BenchServer, serveBench } from './edge-server.ts'
import { quantile } from './example-requests.ts'

const ENGINES = ['fused', 'onnxruntime'] as const
const ROUNDS = 60
const DOCUMENTS = 50
/** words of a title and of a summary: with a query of four about 64 tokens, of which a window may hold fewer */
const [TITLE, SUMMARY] = [9, 46]
const WORDS =
  'the of and in to a is was for as on with by he that at from his it an were are which this or be'.split(' ')

/** Documents of frequent words, all of about one length. */
export function wordDocuments(count: number): { readonly title: string; readonly summary: string }[] {
  const text = (words: number, from: number) =>
    Array.from({ length: words }, (_, at) => WORDS[(from * 7 + at * 5) % WORDS.length]).join(' ')
  return Array.from({ length: count }, (_, at) => ({
    title: text(TITLE, at),
    summary: text(SUMMARY, at + 3),
  }))
}

/**
 * Prints milliseconds, CPU, their ratio and the engines' memory.
 * @param bundles folders of bundles that the fused encoder computes
 */
export async function compareBundles(
  bundles: readonly string[],
  {
    query = 'as it was for',
    documents = wordDocuments(DOCUMENTS),
  }: { readonly query?: string; readonly documents?: readonly object[] } = {},
): Promise<void> {
  const [first] = bundles
  const ways =
    bundles.length === 1
      ? ENGINES.map((engine) => ({ engine, bundle: first!, name: engine }))
      : bundles.map((bundle) => ({ engine: 'fused' as const, bundle, name: basename(bundle) }))
  const servers: BenchServer[] = []
  try {
    for (const { bundle, engine } of ways) servers.push(await serveBench(bundle, { ENGINE: engine }))
    const times: number[][] = ways.map(() => [])
    const costs: number[][] = ways.map(() => [])
    const states: Awaited<ReturnType<BenchServer['send']>>[] = []
    // the first round loads and compiles
    for (let round = 0; round <= ROUNDS; round++)
      for (const [at, server] of servers.entries()) {
        const [began, cpu] = [performance.now(), childrenCpu()]
        states[at] = await server.send(query, documents)
        if (round === 0) continue
        times[at]!.push(performance.now() - began)
        costs[at]!.push(childrenCpu() - cpu)
      }
    for (const [at, { engine, tokens, heap }] of states.entries())
      console.log(
        `${ways[at]!.name.padEnd(14)} (${engine}) ${quantile(times[at]!, 0.5).toFixed(0)} ms (${Math.min(...times[at]!).toFixed(0)} at least), ` +
          `CPU ${mean(costs[at]!).toFixed(1)} ms, for ${documents.length} documents with ${tokens} tokens; its memory ${(heap / 2 ** 20).toFixed(1)} MB`,
      )
    const ratio = ([one, other]: readonly number[]) => `${(other! / one!).toFixed(2)}x`
    console.log(
      `${ways[0]!.name} against ${ways[1]!.name} in workerd, ${ROUNDS} rounds: ${ratio(times.map((each) => quantile(each, 0.5)))} by the median, ` +
        `${ratio(costs.map(mean))} by CPU`,
    )
  } finally {
    for (const server of servers) await server.close()
  }
}

/** CPU is counted in hundredths of a second: single requests say little of it */
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
