// `npm run bench -- edge`: 50 documents of the example in workerd: the shipped int8 bundle by both engines, against what a general
// converter and a plain program give (unfused int8, one padded batch), timed from outside because clocks stand still in a
// Worker. Needs a trained example. `npm run bench -- edge <bundle> [<other bundle>]` compares both engines on another model, or two bundles
// by the fused encoder (edge-bundle.ts).
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundle, readBundle, type StudentConfig, writeBundle } from '@disranker/onnx'
import { readModelFolder } from '@disranker/transformer/model-folder'
import { coldStart } from './cold-start.ts'
import { compareBundles } from './edge-bundle.ts'
import { type BenchServer, serveBench } from './edge-server.ts'
import { exampleRequests, quantile } from './example-requests.ts'

const out = (path: string) => fileURLToPath(new URL(`../../../packages/${path}`, import.meta.url))
const QUERIES = 20
const DOCUMENTS = 50

/** Prints milliseconds, their ratio and the size of the runtime's memory. */
export async function run(): Promise<void> {
  const named = process.argv.slice(3).map((folder) => resolve(process.env.INIT_CWD ?? '.', folder))
  if (named.length > 0) return compareBundles(named)
  const bundle = out('onnx/out/quantize/bundle')
  if (!existsSync(bundle)) throw new Error('There is no bundle yet. Run `npx turbo run train` first.')
  const work = exampleRequests(QUERIES, 2 * DOCUMENTS)
  const home = mkdtempSync(join(tmpdir(), 'bench-edge-'))
  const servers: BenchServer[] = []
  try {
    const model = readModelFolder<StudentConfig>(out('student/out/distil'))
    writeBundle(join(home, 'ours'), readBundle(bundle))
    writeBundle(join(home, 'unfused'), buildBundle({ ...model, precision: 'int8-unfused' }))
    const start = async (assets: string, variables: Record<string, string>) => {
      const server = await serveBench(join(home, assets), variables)
      servers.push(server)
      return server
    }
    const ways = {
      fused: await start('ours', { ENGINE: 'fused' }),
      onnxruntime: await start('ours', { ENGINE: 'onnxruntime' }),
      unfused: await start('unfused', { ENGINE: 'onnxruntime', ONE_BATCH: '1' }),
    }
    const times = { fused: [] as number[], onnxruntime: [] as number[], unfused: [] as number[] }
    // the first round loads and compiles; then all take turns, so that a slow moment hits all
    for (let round = 0; round < 4; round++)
      for (const { query, documents } of work)
        for (const [name, server] of Object.entries(ways)) {
          const began = performance.now()
          await server.send(query, documents.slice(0, DOCUMENTS))
          if (round > 0) times[name as keyof typeof times].push(performance.now() - began)
        }
    const [fused, onnxruntime, unfused] = Object.values(times).map((each) => quantile(each, 0.5))
    console.log(`${DOCUMENTS} documents in workerd, median of ${times.fused.length} requests:`)
    console.log(`  fused encoder                                 ${fused!.toFixed(1)} ms`)
    console.log(`  onnxruntime, micro-batches                    ${onnxruntime!.toFixed(1)} ms`)
    console.log(`  onnxruntime, unfused int8, one padded batch   ${unfused!.toFixed(1)} ms`)
    console.log(
      `  fused against onnxruntime ${(onnxruntime! / fused!).toFixed(2)}x, against the padded batch ${(unfused! / fused!).toFixed(2)}x`,
    )
    console.log('wasm heap after 1,000 documents:')
    for (const [name, server] of Object.entries(ways)) {
      for (let sent = 0; sent < 10; sent++)
        await server.send(work[sent]!.query, work[sent]!.documents.slice(0, 100))
      const { heap, engine } = await server.send(work[0]!.query, work[0]!.documents.slice(0, 10))
      console.log(`  ${name.padEnd(12)} ${mb(heap)} MB (${engine})`)
    }
    for (const server of servers.splice(0)) await server.close()
    await coldStart(join(home, 'ours'), { ...work[0]!, documents: work[0]!.documents.slice(0, DOCUMENTS) })
  } finally {
    for (const server of servers) await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}

const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
