// 50 documents of the example in workerd: the shipped int8 bundle in micro-batches against what a general converter and a
// plain program give (unfused int8, one padded batch), in the same runtime, timed from outside because clocks stand still
// in a Worker. Needs a trained example.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readPairs } from '@disranker/dataset'
import { buildBundle, readBundle, type StudentConfig, writeBundle } from '@disranker/onnx'
import { readModelFolder } from '@disranker/transformer/model-folder'

const out = (path: string) => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))
const QUERIES = 20
const DOCUMENTS = 50

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false'
process.env.WRANGLER_SEND_METRICS ??= 'false'

interface Server {
  send(query: string, documents: readonly unknown[]): Promise<{ tokens: number; heap: number }>
  close(): Promise<void>
}

async function serve(assets: string, variables: Record<string, string>): Promise<Server> {
  const { unstable_startWorker } = await import('wrangler')
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL('edge.wrangler.jsonc', import.meta.url)),
    assets,
    envFiles: ['.env.none'],
    bindings: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
    ),
    dev: {
      server: { hostname: '127.0.0.1', port: 0, secure: false },
      inspector: false,
      logLevel: 'error',
      watch: false,
      persist: false,
      registry: undefined,
    },
  })
  await worker.ready
  const { origin } = await worker.url
  return {
    async send(query, documents) {
      const answer = await fetch(origin, { method: 'POST', body: JSON.stringify({ query, documents }) })
      if (!answer.ok)
        throw new Error(`The benchmark's Worker answered ${answer.status}: ${await answer.text()}`)
      return (await answer.json()) as { tokens: number; heap: number }
    },
    close: () => worker.dispose(),
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Prints milliseconds, their ratio and the size of the runtime's memory. */
export async function run(): Promise<void> {
  const bundle = out('onnx/out/quantize/bundle')
  if (!existsSync(bundle)) throw new Error('There is no bundle yet. Run `npx turbo run train` first.')
  const pairs = readPairs(out('dataset/out/pairs'))
  const documents = new Map(pairs.documents.map(({ id, title, summary }) => [id, { title, summary }]))
  const texts = new Map(pairs.queries.map(({ id, text }) => [id, text]))
  const work = [...pairs.candidates('validation')]
    .filter(([, rows]) => rows.length >= 2 * DOCUMENTS)
    .slice(0, QUERIES)
    .map(([id, rows]) => ({
      query: texts.get(id)!,
      documents: rows.map(({ document }) => documents.get(document)!),
    }))
  const home = mkdtempSync(join(tmpdir(), 'bench-edge-'))
  const servers: Server[] = []
  try {
    const model = readModelFolder<StudentConfig>(out('student/out/distil'))
    writeBundle(join(home, 'ours'), readBundle(bundle))
    writeBundle(join(home, 'unfused'), buildBundle({ ...model, precision: 'int8-unfused' }))
    const ours = await serve(join(home, 'ours'), {})
    servers.push(ours)
    const unfused = await serve(join(home, 'unfused'), { ONE_BATCH: '1' })
    servers.push(unfused)
    const times = { ours: [] as number[], unfused: [] as number[] }
    // the first round loads and compiles; then both take turns, so that a slow moment hits both
    for (let round = 0; round < 4; round++)
      for (const { query, documents } of work)
        for (const [name, server] of Object.entries({ ours, unfused })) {
          const began = performance.now()
          await server.send(query, documents.slice(0, DOCUMENTS))
          if (round > 0) times[name as keyof typeof times].push(performance.now() - began)
        }
    const { heap, tokens } = await ours.send(work[0]!.query, work[0]!.documents.slice(0, 100))
    const baseline = await unfused.send(work[0]!.query, work[0]!.documents.slice(0, 100))
    const [a, b] = [median(times.ours), median(times.unfused)]
    console.log(`${DOCUMENTS} documents in workerd, median of ${times.ours.length} requests:`)
    console.log(`  int8 fused, micro-batches      ${a.toFixed(1)} ms`)
    console.log(`  int8 unfused, one padded batch ${b.toFixed(1)} ms`)
    console.log(`  ratio ${(b / a).toFixed(2)}x`)
    console.log(
      `wasm heap after 100 documents (${tokens} tokens): ${mb(heap)} MB; baseline ${mb(baseline.heap)} MB`,
    )
  } finally {
    for (const server of servers) await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}

const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
