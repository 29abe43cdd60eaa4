// `npm run bench -- memory [fused | onnxruntime | node] [--heap 64]`: what the trained example takes in workerd alone, measured by V8's inspector and by the process. With
// each engine: ordinary traffic, bodies that are made to cost, ordinary traffic again. Beside it two Workers that do nothing
// with the same bodies but read them, and parse them: what their processes keep is workerd's and V8's own. Then many bodies at
// once, 1 to 300, against workerd and against the Node server, whose bodies are bounded by a setting.
//
// Scores and answers are not remembered here: what is remembered has bounds of its own, and any traffic fills it. The words of the
// tokenizer are: some 2 MB that are held more after all bodies than before are these and compiled code.
//
// V8 lets garbage lie until its heap is nearly full, and a process alone has as much heap as its machine. An isolate has 128 MB for all
// of objects, buffers and WebAssembly, so V8 has 64 MB here (--heap says another number), past which the process would end. Buffers and
// WebAssembly are counted on top.

import { parseArgs } from 'node:util'
import { type HostileBody, LARGE } from '../../edge/hostile/hostile-bodies.ts'
import { type Bare, serveBare } from '../../edge/served/bare-workerd.ts'
import { startNode } from '../../edge/served/node-process.ts'
import { type Heap, type HeapInspector, inspectHeap } from '../../edge/served/v8-heap.ts'
import { startWorkerd, type Workerd } from '../../edge/served/workerd.ts'
import { DIST, exampleRequests } from '../edge/example-requests.ts'
import { sendTogether, TOGETHER } from './bodies-together.ts'

const MOST = 110e6 // bytes
const BACK = 0.1
/** MB of V8's heap */
const HEAP = '64'
/** ms after which buffers that nothing needs are let go */
const RESTED = 10_500
/** bodies at once */
const COUNTS = [1, 10, 40, 300]
/** ms in which a body must arrive */
const TIMEOUT = 4_000
/** bytes of all bodies in the Node server */
const NODE_BODIES = 32 * 1024 * 1024
/** a text of two bytes a character, the same in one piece, its parsed form: what a body may take in addition to its bytes, and garbage */
const NODE_FACTOR = 8
/** ms between two looks at a heap while a request runs */
const LOOK = 25

const mb = (bytes: number) => (bytes / 1e6).toFixed(0).padStart(5)

/** Fifty documents, and now and then as many as a request may have. */
function ordinary(): readonly HostileBody[] {
  const few = exampleRequests(40, 50)
  const documents = few.slice(0, 20).flatMap(({ documents }) => documents)
  const bodyOf = (fields: object) => ({
    path: '/v2/rerank',
    body: JSON.stringify({ model: 'disranker', ...fields }),
  })
  const texts = documents.map(({ title, summary }) => `${title}. ${summary} `.repeat(40).slice(0, 3_800))
  return [
    ...few.map(bodyOf),
    bodyOf({ query: few[0]!.query, documents }),
    bodyOf({ query: few[0]!.query, documents: texts }),
  ]
}

async function send(server: Pick<Workerd, 'url'>, { path, body }: HostileBody): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}

interface Looked {
  /** bytes of JavaScript's objects, of buffers and of WebAssembly, garbage too */
  together: number
  pages: number
}

/** Looks at a heap again and again while something runs. */
async function watched(
  inspector: HeapInspector,
  wasm: () => Promise<number>,
  most: Looked,
  work: Promise<unknown>,
): Promise<void> {
  let done = false
  const ended = work.finally(() => {
    done = true
  })
  const look = async () => {
    const { used, pages, outside } = await inspector.now()
    most.together = Math.max(most.together, used + outside + (await wasm()))
    most.pages = Math.max(most.pages, pages)
  }
  while (!done) {
    await look()
    await new Promise((resolve) => setTimeout(resolve, LOOK))
  }
  await ended
  await look()
}

/** Prints a table of every body; fails above the bounds. */
export async function run(): Promise<void> {
  const usual = ordinary()
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    options: { heap: { type: 'string', default: HEAP } },
    allowPositionals: true,
  })
  const heap = Number(values.heap)
  const [only] = positionals
  if (only === 'node') return measureNode(usual)
  const kept = [
    await keptBy('reads', 'await request.text()', usual, heap),
    await keptBy('parses', 'try { JSON.parse(await request.text()) } catch {}', usual, heap),
  ]
  for (const engine of only === undefined ? ['fused', 'onnxruntime'] : [only]) {
    const server = await serveBare({
      dist: DIST,
      heap,
      // what is remembered has bounds of its own, and fills up with any traffic
      variables: {
        ENGINE: engine,
        REQUEST_TIMEOUT_MS: String(TIMEOUT),
        SCORE_CACHE_BYTES: '0',
        ANSWER_CACHE_BYTES: '0',
      },
    })
    try {
      await measure(engine, server, usual)
    } finally {
      await server.close()
    }
  }
  for (const line of kept) console.log(line)
  if (only === undefined) await measureNode(usual)
}

/** Many bodies at once, and what the process of the Node server holds. */
async function measureNode(usual: readonly HostileBody[]): Promise<void> {
  const variables = { REQUEST_TIMEOUT_MS: String(TIMEOUT), MAX_BODIES_BYTES: String(NODE_BODIES) }
  const server = await startNode({ folder: DIST, variables, flags: ['--expose-gc'] })
  try {
    for (const body of [...usual, ...usual]) await send(server, body)
    const before = server.resident().now
    for (const [name, body] of Object.entries(TOGETHER))
      for (const count of COUNTS) {
        const statuses = await sendTogether(server.port, body, count, 2 * TIMEOUT)
        console.log(
          `Node: ${name}, ${count} at once: ${JSON.stringify([...statuses])}, resident ${mb(server.resident().now)}`,
        )
      }
    const { most } = server.resident()
    const bound = before + NODE_FACTOR * NODE_BODIES
    console.log(
      `Node: resident ${mb(before)} after ordinary traffic, at most ${mb(most)} with bodies of ${mb(NODE_BODIES)} (MAX_BODIES_BYTES), bound ${mb(bound)}`,
    )
    if (most > bound || !server.alive()) process.exitCode = 1
  } finally {
    await server.close()
  }
}

async function measure(engine: string, server: Bare, usual: readonly HostileBody[]): Promise<void> {
  const inspector = await inspectHeap(server.inspector)
  let wasm = 0
  const readWasm = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    wasm = Number(/^disranker_wasm_heap_bytes (\S+)$/m.exec(text)?.[1])
  }
  const most: Looked = { together: 0, pages: 0 }
  const traffic = async () => {
    for (const body of usual) await watched(inspector, async () => wasm, most, send(server, body))
  }
  await traffic()
  await readWasm()
  const bytesOf = ({ used, outside }: Heap) => used + outside + wasm
  const usually = server.resident().now
  const before = bytesOf(await inspector.collected())
  const residentBefore = server.resident().now
  console.log(
    `${engine}, MB; after ordinary traffic: held ${mb(before)}, resident ${mb(usually)}, ${mb(residentBefore)} after a collection, WebAssembly ${mb(wasm)}`,
  )
  console.log(`${'body'.padEnd(42)} status  cpu ms  resident  heap+buffers+wasm until now`)
  for (const [name, body] of Object.entries(LARGE)) {
    const began = server.cpu()
    let status = 0
    const work = send(server, body).then((code) => {
      status = code
    })
    await watched(inspector, async () => wasm, most, work)
    await readWasm()
    console.log(
      `${name.padEnd(42)} ${status} ${String(server.cpu() - began).padStart(9)}     ${mb(server.resident().now)}     ${mb(most.together)}`,
    )
  }
  for (const [name, body] of Object.entries(TOGETHER))
    for (const count of COUNTS) {
      const here: Looked = { together: 0, pages: 0 }
      let statuses: ReadonlyMap<number, number> = new Map()
      const work = sendTogether(server.port, body, count, 2 * TIMEOUT).then((counted) => {
        statuses = counted
      })
      await watched(inspector, async () => wasm, here, work)
      await readWasm()
      most.together = Math.max(most.together, here.together)
      console.log(
        `${`${name}, ${count} at once`.padEnd(52)} ${mb(here.together)}  ${JSON.stringify([...statuses])}`,
      )
    }
  const hostile = server.resident().now
  await new Promise((resolve) => setTimeout(resolve, RESTED))
  await traffic()
  const after = bytesOf(await inspector.collected())
  inspector.close()
  console.log(
    `${engine}: JavaScript, buffers and WebAssembly together at most ${mb(most.together)}, bound ${mb(MOST)}; V8's pages at most ${mb(most.pages)}`,
  )
  console.log(
    `${engine}: held after a collection ${mb(before)} before and ${mb(after)} after: ` +
      `${((after / before - 1) * 100).toFixed(1)} % more, bound ${100 * BACK} %`,
  )
  console.log(
    `${engine}: resident ${mb(residentBefore)} before, ${mb(hostile)} with all of them (${mb(server.resident().most)} at most), ${mb(server.resident().now)} after a collection: compare the Workers that do nothing`,
  )
  if (!server.alive() || most.together > MOST || after > before * (1 + BACK)) process.exitCode = 1
}

/** The memory of a Worker's process that only does this with each body. */
async function keptBy(
  name: string,
  work: string,
  usual: readonly HostileBody[],
  heap: number,
): Promise<string> {
  const code = `export default { async fetch(request) { ${work}; return Response.json({}) } }`
  const server = await startWorkerd({ code, heap })
  try {
    const inspector = await inspectHeap(server.inspector)
    for (const body of [...usual, ...usual]) await send(server, body)
    await inspector.collected()
    const before = server.resident().now
    for (const body of Object.values(LARGE)) await send(server, body)
    const hostile = server.resident().now
    await inspector.collected()
    const after = server.resident().now
    inspector.close()
    return `a Worker that only ${name} them: resident ${mb(before)} before, ${mb(hostile)}, ${mb(after)} after a collection`
  } finally {
    await server.close()
  }
}
