// Both engines on a bundle of any size, in workerd and in turns: 50 documents that fill its window, at most 64 tokens.
import { type BenchServer, serveBench } from './edge-server.ts'
import { quantile } from './example-requests.ts'

const ENGINES = ['fused', 'onnxruntime'] as const
const ROUNDS = 9
const DOCUMENTS = 50
/** words of a title and of a summary: with a query of four about 64 tokens, of which a window may hold fewer */
const [TITLE, SUMMARY] = [9, 46]
const WORDS =
  'the of and in to a is was for as on with by he that at from his it an were are which this or be'.split(' ')

/**
 * Prints milliseconds, their ratio and the engines' memory.
 * @param bundle folder of a bundle that the fused encoder computes
 */
export async function compareEngines(bundle: string): Promise<void> {
  const text = (count: number, from: number) =>
    Array.from({ length: count }, (_, at) => WORDS[(from * 7 + at * 5) % WORDS.length]).join(' ')
  const documents = Array.from({ length: DOCUMENTS }, (_, at) => ({
    title: text(TITLE, at),
    summary: text(SUMMARY, at + 3),
  }))
  const servers: BenchServer[] = []
  try {
    for (const engine of ENGINES) servers.push(await serveBench(bundle, { ENGINE: engine }))
    const times: number[][] = ENGINES.map(() => [])
    const states: Awaited<ReturnType<BenchServer['send']>>[] = []
    // the first round loads and compiles
    for (let round = 0; round <= ROUNDS; round++)
      for (const [at, server] of servers.entries()) {
        const began = performance.now()
        states[at] = await server.send('as it was for', documents)
        if (round > 0) times[at]!.push(performance.now() - began)
      }
    for (const [at, { engine, tokens, heap }] of states.entries())
      console.log(
        `${engine.padEnd(14)} ${quantile(times[at]!, 0.5).toFixed(0)} ms (${Math.min(...times[at]!).toFixed(0)} at least) for ${DOCUMENTS} documents ` +
          `with ${tokens} tokens; its memory ${(heap / 2 ** 20).toFixed(1)} MB`,
      )
    const [fused, onnxruntime] = times.map((each) => quantile(each, 0.5))
    console.log(
      `fused against onnxruntime in workerd, median of ${ROUNDS}: ${(onnxruntime! / fused!).toFixed(2)}x`,
    )
  } finally {
    for (const server of servers) await server.close()
  }
}
