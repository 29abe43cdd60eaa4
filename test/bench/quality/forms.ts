// `npm run bench -- forms <set>=<pairs>,<stages>[,<stages>] ... [--requests 40] [--svg forms.svg]`: latency at quality. The forms of the
// bundle that the folders of stages hold (below each `quantize`, and `vectors` where there is one), on the test queries of a set: nDCG@10
// of the runs that the stages left, and CPU of bare workerd for 50 documents, all forms in turns; memory of the isolate as V8 tells it.
// The first stage costs the reranker nothing. A network is computed by native onnxruntime on one thread, too.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Pairs, readPairs, readRun } from '@disranker/dataset'
import { toStored } from '@disranker/edge/stored-vector'
import { readBundle } from '@disranker/onnx'
import { meanQuality } from '@disranker/ranking'
import { type Bundle, loadReranker, padBatch, type Session } from '@disranker/reranker'
import * as ort from 'onnxruntime-node'
import { type BuiltWorker, buildWorker, serveBare } from '../../edge/served/bare-workerd.ts'
import { inspectHeap } from '../../edge/served/v8-heap.ts'
import { quantile } from '../edge/example-requests.ts'
import { drawForms, type FormPoint } from './draw-forms.ts'

const DOCUMENTS = 50
/** of all requests: the CPU time of a process is given in hundredths of a second */
const ROUNDS = 4
const text = { type: 'string' } as const

interface FormOfBundle {
  readonly name: string
  readonly folder: string
  readonly run: string
}

interface Request {
  readonly query: string
  readonly documents: readonly { readonly title: string; readonly summary: string }[]
}

export async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    options: { requests: text, svg: text },
    allowPositionals: true,
  })
  const here = (path: string) => resolve(process.env.INIT_CWD ?? '.', path)
  if (positionals.length === 0) throw new Error('Name a set: <name>=<pairs>,<stages>[,<stages>]')
  const points: FormPoint[] = []
  for (const named of positionals) {
    const [set, folders = ''] = named.split('=') as [string, string?]
    const [pairs, ...stages] = folders.split(',').map(here)
    points.push(...(await measureSet(set, pairs!, stages, Number(values.requests ?? 40))))
  }
  if (values.svg !== undefined) writeFileSync(here(values.svg), await drawForms(points))
}

async function measureSet(
  set: string,
  folder: string,
  stages: readonly string[],
  count: number,
): Promise<FormPoint[]> {
  const pairs = readPairs(folder)
  const forms = stages.flatMap(formsOf)
  const first = pairs.firstStage('test')
  const requests = requestsOf(pairs, count)
  const ndcg10 = (run: typeof first) => meanQuality(run, pairs.judgements, 10).ndcg
  const points: FormPoint[] = [{ set, form: 'BM25', milliseconds: 0, ndcg10: ndcg10(first) }]
  const costs = await inWorkerd(forms, requests)
  for (const [at, { name, run, folder }] of forms.entries()) {
    const quality = ndcg10(readRun(run))
    const { milliseconds, heap, node } = costs[at]!
    points.push({ set, form: name, milliseconds, ndcg10: quality })
    console.log(
      `${set}, ${name}: nDCG@10 ${quality.toFixed(4)} (BM25 ${points[0]!.ndcg10.toFixed(4)}), CPU in workerd ${milliseconds.toFixed(1)} ms for ${DOCUMENTS} documents, ` +
        `in Node ${node.toFixed(1)} ms; objects, buffers and WebAssembly ${heap.most.toFixed(1)} MB at most, ${heap.held.toFixed(1)} MB after a collection`,
    )
    if (name !== 'network') continue
    const native = await inNode(readBundle(folder), requests, nativeSession)
    points.push({ set, form: 'network, native', milliseconds: native, ndcg10: quality })
    console.log(`${set}, network by native onnxruntime, one thread: CPU ${native.toFixed(1)} ms`)
  }
  pairs.close()
  return points
}

/** The bundles below a folder of stages. */
function formsOf(folder: string): FormOfBundle[] {
  return ['quantize', 'vectors'].flatMap((stage) => {
    const bundle = join(folder, stage, 'bundle')
    if (!existsSync(join(bundle, 'manifest.json'))) return []
    const { model_type, disranker } = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'))
    const name = disranker.vectors ? 'vectors' : model_type === 'static' ? 'table' : 'network'
    return [{ name, folder: bundle, run: join(folder, stage, 'runs', 'test.run') }]
  })
}

/** Test queries, each with its first 50 documents; lists that are shorter are filled with other documents. */
function requestsOf(pairs: Pairs, count: number): Request[] {
  const others = [...pairs.documents]
  return [...pairs.firstStage('test')].slice(0, count).map(([id, rows]) => {
    const found = rows.map(({ document }) => pairs.documents.get(document)!)
    const documents = [...new Set([...found, ...others])].slice(0, DOCUMENTS)
    const texts = documents.map(({ title, summary }) => ({ title, summary }))
    return { query: pairs.queries.get(id)!.text, documents: texts }
  })
}

let worker: BuiltWorker | undefined
const CONFIG = fileURLToPath(new URL('../edge/edge.wrangler.jsonc', import.meta.url))

async function inWorkerd(forms: readonly FormOfBundle[], requests: readonly Request[]) {
  worker ??= buildWorker(forms[0]!.folder, '--config', CONFIG)
  const servers = await Promise.all(forms.map(({ folder }) => serveBare({ dist: folder, worker: worker! })))
  const costs: number[][] = forms.map(() => [])
  try {
    const nodes: number[] = []
    const bodies: string[][] = []
    for (const { name, folder } of forms) {
      const bundle = readBundle(folder)
      if (name === 'vectors') {
        const { records, asked } = await recordsOf(bundle, requests)
        await fetch(`${servers[bodies.length]!.url}/records`, { method: 'POST', body: records })
        bodies.push(asked)
      } else bodies.push(requests.map((one) => JSON.stringify(one)))
      nodes.push(await inNode(bundle, requests))
    }
    const wasm: number[] = []
    // the first round loads and compiles
    for (let round = 0; round <= ROUNDS; round++)
      for (const [at, server] of servers.entries()) {
        const before = server.cpu()
        for (const body of bodies[at]!) {
          const answer = await fetch(server.url, { method: 'POST', body })
          if (!answer.ok) throw new Error(`${forms[at]!.name}: ${answer.status} ${await answer.text()}`)
          wasm[at] = ((await answer.json()) as { heap: number }).heap
        }
        if (round > 0) costs[at]!.push((server.cpu() - before) / requests.length)
      }
    const heaps: { most: number; held: number }[] = []
    for (const [at, server] of servers.entries()) {
      const inspector = await inspectHeap(server.inspector)
      // a bundle without a network has no memory of WebAssembly: its table is among the buffers
      const compiled = forms[at]!.name === 'table' ? 0 : wasm[at]!
      const mb = ({ used, outside }: { used: number; outside: number }) => (used + outside + compiled) / 1e6
      const most = mb(await inspector.now())
      heaps.push({ most, held: mb(await inspector.collected()) })
      inspector.close()
    }
    return forms.map((_, at) => ({
      milliseconds: quantile(costs[at]!, 0.5),
      ...{ heap: heaps[at]!, node: nodes[at]! },
    }))
  } finally {
    for (const server of servers) await server.close()
  }
}

/** The stored records of the documents, and requests that name them. */
async function recordsOf(bundle: Bundle, requests: readonly Request[]) {
  const reranker = await loadReranker(bundle)
  const { encoder, embed, read } = reranker.vectors!
  const keys = new Map<string, string>()
  const records: Record<string, string> = {}
  const keyOf = (document: Request['documents'][number]) => {
    const text = JSON.stringify(document)
    const known = keys.get(text)
    if (known !== undefined) return known
    const key = `d${keys.size}`
    keys.set(text, key)
    const vector = toStored({ encoder, ...embed(document), words: read(document) })
    records[key] = JSON.stringify({ ...document, vector })
    return key
  }
  const asked = requests.map(({ query, documents }) =>
    JSON.stringify({ query, stored: documents.map(keyOf) }),
  )
  await reranker.dispose()
  return { records: JSON.stringify(records), asked }
}

/** CPU ms of a request in this process, the cheapest of some rounds; of the form `vectors` by the network or the table. */
async function inNode(
  bundle: Bundle,
  requests: readonly Request[],
  own?: (model: Uint8Array, data: Uint8Array) => Promise<Session>,
): Promise<number> {
  const reranker = await loadReranker(bundle, { own })
  const costs: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage()
    for (const { query, documents } of requests) await reranker.score(query, documents)
    const { user, system } = process.cpuUsage(before)
    if (round > 0) costs.push((user + system) / 1000 / requests.length)
  }
  await reranker.dispose()
  return Math.min(...costs)
}

async function nativeSession(model: Uint8Array, data: Uint8Array): Promise<Session> {
  const session = await ort.InferenceSession.create(model, {
    externalData: [{ path: 'model.onnx.data', data }],
    ...{ logSeverityLevel: 3, intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' },
  })
  return {
    engine: 'onnxruntime, native',
    heapBytes: () => 0,
    async run(texts) {
      const { ids, mask, types, rows, columns } = padBatch(texts)
      const tensor = (values: BigInt64Array) => new ort.Tensor('int64', values, [rows, columns])
      const { logits } = await session.run({
        input_ids: tensor(ids),
        attention_mask: tensor(mask),
        token_type_ids: tensor(types),
      })
      return logits!.data as Float32Array
    },
    release: () => session.release(),
  }
}
