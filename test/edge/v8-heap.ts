// What a Worker's isolate holds, as V8's inspector tells it after a collection.
export interface Heap {
  /** bytes of objects that are used */
  readonly used: number
  /** bytes of the pages that V8 has for them */
  readonly pages: number
  /** bytes outside: of buffers, and of the runtime's own objects; WebAssembly's memories are not among them */
  readonly outside: number
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
 * @param collect whether garbage is collected before: what is left is really held
 * @throws {Error} the inspector does not answer, or not as wanted
 */
export async function heapOf(inspector: string, collect = true): Promise<Heap> {
  const listed = await fetch(`http://${inspector}/json`, { signal: AbortSignal.timeout(PATIENCE) })
  const [{ webSocketDebuggerUrl }] = (await listed.json()) as [{ webSocketDebuggerUrl: string }]
  const socket = new WebSocket(webSocketDebuggerUrl)
  const waiting = new Map<number, (message: { result?: unknown; error?: unknown }) => void>()
  let context: number | undefined
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data))
    if (message.method === 'Runtime.executionContextCreated') context = message.params.context.id
    waiting.get(message.id)?.(message)
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
  try {
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = reject
    })
    if (collect) {
      await call('Runtime.enable')
      // twice: what a finaliser lets go is garbage of the second; HeapProfiler.collectGarbage waits for an event loop that workerd does not run
      await call('Runtime.evaluate', {
        expression: 'gc(); gc()',
        contextId: context,
      })
      await call('Runtime.disable')
    }
    const usage = await call<Usage>('Runtime.getHeapUsage')
    return {
      used: usage.usedSize,
      pages: usage.totalSize,
      outside: usage.embedderHeapUsedSize + usage.backingStorageSize,
    }
  } finally {
    socket.close()
  }
}
