// The memory of a Worker's isolate, from V8's inspector, while it works or after a collection.
export interface Heap {
  /** bytes of objects, garbage too where nothing was collected */
  readonly used: number
  /** bytes of the pages that V8 has for them; it gives few of them back */
  readonly pages: number
  /** bytes outside: of buffers, and of the runtime's own objects; WebAssembly's memories are not among them */
  readonly outside: number
}

export interface HeapInspector {
  now(): Promise<Heap>
  /** After a collection of all that can be let go, with the pages given back: what is really held. */
  collected(): Promise<Heap>
  close(): void
}

interface Usage {
  readonly usedSize: number
  readonly totalSize: number
  readonly embedderHeapUsedSize: number
  readonly backingStorageSize: number
}

const PATIENCE = 30_000 // ms

/**
 * @param inspector address of workerd's inspector
 * @throws {Error} it does not answer
 */
export async function inspectHeap(inspector: string): Promise<HeapInspector> {
  const listed = await fetch(`http://${inspector}/json`, { signal: AbortSignal.timeout(PATIENCE) })
  const [{ webSocketDebuggerUrl }] = (await listed.json()) as [{ webSocketDebuggerUrl: string }]
  const socket = new WebSocket(webSocketDebuggerUrl)
  const waiting = new Map<number, (message: { result?: unknown; error?: unknown }) => void>()
  let context: number | undefined
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data))
    if (message.method === 'Runtime.executionContextCreated') context = message.params.context.id
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  }
  let calls = 0
  const call = <Result>(method: string, params: object = {}) =>
    new Promise<Result>((resolve, reject) => {
      const id = ++calls
      const timer = setTimeout(() => reject(new Error(`The inspector did not answer ${method}.`)), PATIENCE)
      waiting.set(id, ({ result, error }) => {
        clearTimeout(timer)
        if (error === undefined) resolve(result as Result)
        else reject(new Error(`${method}: ${JSON.stringify(error)}`))
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
  async function now(): Promise<Heap> {
    const usage = await call<Usage>('Runtime.getHeapUsage')
    return {
      used: usage.usedSize,
      pages: usage.totalSize,
      outside: usage.embedderHeapUsedSize + usage.backingStorageSize,
    }
  }
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  return {
    now,
    async collected() {
      await call('Runtime.enable')
      // as V8 collects when memory is scarce; without it, it keeps the pages. HeapProfiler.collectGarbage waits for a loop that
      // workerd does not run
      const expression = "gc({ type: 'major', flavor: 'last-resort', execution: 'sync' })"
      await call('Runtime.evaluate', { expression, contextId: context })
      // or the inspector would keep what the Worker logs
      await call('Runtime.disable')
      return now()
    },
    close: () => socket.close(),
  }
}
