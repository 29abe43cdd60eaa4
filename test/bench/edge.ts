// 50 documents of the example in workerd: the shipped int8 bundle in micro-batches against what a general converter and a
// plain program give (unfused int8, one padded batch), in the same runtime, timed from outside because clocks stand still
// in a Worker. Needs a trained example.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundle, readBundle, type StudentConfig, writeBundle } from '@disranker/onnx'
import { readModelFolder } from '@disranker/transformer/model-folder'
import { coldStart } from './cold-start.ts'
import { type BenchServer, serveBench } from './edge-server.ts'
import { exampleRequests, quantile } from './example-requests.ts'

const out = (path: string) => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))
const QUERIES = 20
const DOCUMENTS = 50

/** Prints milliseconds, their ratio and the size of the runtime's memory. */
export async function run(): Promise<void> {
  const bundle = out('onnx/out/quantize/bundle')
  if (!existsSync(bundle)) throw new Error('There is no bundle yet. Run `npx turbo run train` first.')
  const work = exampleRequests(QUERIES, 2 * DOCUMENTS)
  const home = mkdtempSync(join(tmpdir(), 'bench-edge-'))
  const servers: BenchServer[] = []
  try {
    const model = readModelFolder<StudentConfig>(out('student/out/distil'))
    writeBundle(join(home, 'ours'), readBundle(bundle))
    writeBundle(join(home, 'unfused'), buildBundle({ ...model, precision: 'int8-unfused' }))
    const ours = await serveBench(join(home, 'ours'), {})
    servers.push(ours)
    const unfused = await serveBench(join(home, 'unfused'), { ONE_BATCH: '1' })
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
    const [a, b] = [quantile(times.ours, 0.5), quantile(times.unfused, 0.5)]
    console.log(`${DOCUMENTS} documents in workerd, median of ${times.ours.length} requests:`)
    console.log(`  int8 fused, micro-batches      ${a.toFixed(1)} ms`)
    console.log(`  int8 unfused, one padded batch ${b.toFixed(1)} ms`)
    console.log(`  ratio ${(b / a).toFixed(2)}x`)
    console.log(
      `wasm heap after 100 documents (${tokens} tokens): ${mb(heap)} MB; baseline ${mb(baseline.heap)} MB`,
    )
    for (const server of servers.splice(0)) await server.close()
    await coldStart(join(home, 'ours'), { ...work[0]!, documents: work[0]!.documents.slice(0, DOCUMENTS) })
  } finally {
    for (const server of servers) await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}

const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
