// `npm run bench -- import <folder>`: a cross-encoder from its folder to a Worker that answers: seconds, the isolate's memory as
// V8's inspector sees it, and the time of 50 documents of 64 tokens.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { assemble } from '@disranker/edge/assemble'
import { importModel } from '@disranker/onnx'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { EXAMPLE } from '../../edge/served/example-texts.ts'

const SECONDS = 60
const HEAP = 100e6 // bytes

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** Prints each step with its seconds; fails above a bound. MIN_AGREEMENT as `--min-agreement` of `npm run import`. */
export async function run(): Promise<void> {
  const folder = process.argv[3]
  if (folder === undefined) throw new Error('Wanted: npm run bench -- import <folder of a cross-encoder>')
  const home = mkdtempSync(join(tmpdir(), 'bench-import-'))
  const began = performance.now()
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1)
  const say = (line: string) => console.log(`${seconds().padStart(6)} s  ${line}`)
  try {
    const bundle = join(home, 'bundle')
    const { MIN_AGREEMENT: least } = process.env
    await importModel({
      folder: resolve(process.env.INIT_CWD ?? '.', folder),
      out: bundle,
      ...(least && { minAgreement: Number(least) }),
      say,
    })
    say('imported')
    const dist = join(home, 'dist')
    await assemble({ bundle, example: EXAMPLE, out: dist })
    const worker = await serveBare({ dist })
    try {
      const words = readFileSync(join(bundle, 'README.md'), 'utf8').split(/\s+/)
      const documents = Array.from({ length: 50 }, (_, at) => words.slice(at, at + 45).join(' '))
      const body = JSON.stringify({ model: 'disranker', query: 'how large is the model', documents })
      const rank = async () => {
        const headers = { 'cache-control': 'no-store' }
        const answer = await fetch(`${worker.url}/v2/rerank`, { method: 'POST', headers, body })
        if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
        await answer.json()
      }
      await rank()
      say('the Worker has answered')
      const total = Number(seconds())
      const before = worker.cpu()
      await rank()
      const milliseconds = worker.cpu() - before
      const metrics = await (await fetch(`${worker.url}/metrics`)).text()
      const wasm = Number(/^disranker_wasm_heap_bytes (\S+)$/m.exec(metrics)?.[1])
      const { usedSize, backingStorageSize = 0 } = await heapUsage(worker.inspector)
      const { now, most } = worker.resident()
      console.log(
        `${milliseconds} ms of CPU in workerd for 50 documents of about 64 tokens, the second time\n` +
          `isolate: ${mb(usedSize)} of JavaScript, ${mb(backingStorageSize)} of buffers and WebAssembly (of it the engine's ${mb(wasm)}); the process ${mb(now)}, at most ${mb(most)}\n` +
          `${total} s from the folder to an answer (bound ${SECONDS}); ${mb(usedSize + backingStorageSize)} of heap (bound ${mb(HEAP)})`,
      )
      if (total > SECONDS || usedSize + backingStorageSize > HEAP) process.exitCode = 1
    } finally {
      await worker.close()
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

interface HeapUsage {
  readonly usedSize: number
  /** of array buffers and WebAssembly memories */
  readonly backingStorageSize?: number
}

/** The heap of the isolate by V8's inspector, what is not yet collected included. */
async function heapUsage(inspector: string): Promise<HeapUsage> {
  const [target] = (await (await fetch(`http://${inspector}/json`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  const socket = new WebSocket(target!.webSocketDebuggerUrl)
  await new Promise((opened) => socket.addEventListener('open', opened, { once: true }))
  let last = 0
  const call = (method: string) =>
    new Promise<unknown>((answered) => {
      const id = ++last
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data))
        if (message.id === id) answered(message.result)
      })
      socket.send(JSON.stringify({ id, method }))
    })
  const usage = (await call('Runtime.getHeapUsage')) as HeapUsage
  socket.close()
  return usage
}
