// A thread that answers requests, so that the stage's own thread can still report progress and react to
// Ctrl-C.
import { parentPort, Worker, workerData } from 'node:worker_threads'

export interface Thread {
  /**
   * Requests are answered in their order.
   * @param say called with the progress before the answer
   */
  ask<Answer>(question: unknown, say?: (done: number) => void): Promise<Answer>
  close(): Promise<void>
}

/** When a thread ends: at once, or after its current request. */
export type ThreadEnd = 'at once' | 'by itself'

interface EndsByItself {
  readonly data: unknown
  /** 1: the thread should end */
  readonly stopped: Int32Array
}

/**
 * For the module of a thread that computes natively. Terminating it during native code would crash the
 * process. With `'by itself'` it is signalled to end instead: it finishes its request, drops the others, and
 * closes.
 * @param open receives the thread's data, and returns the function that answers
 */
export async function answerUntilStopped<Data, Question>(
  open: (data: Data) => Promise<(question: Question) => unknown>,
): Promise<void> {
  const { data, stopped } = workerData as EndsByItself
  const answer = await open(data as Data)
  parentPort!.on('message', async (question: Question) => {
    if (Atomics.load(stopped, 0) === 1) parentPort!.close()
    else parentPort!.postMessage({ answer: await answer(question) })
  })
}

/** Threads that share requests in rotation. */
export function startThreads(
  count: number,
  module: URL,
  signal: AbortSignal,
  data?: unknown,
  end?: ThreadEnd,
): Thread {
  const threads = Array.from({ length: count }, () => startThread(module, signal, data, end))
  let next = 0
  return {
    ask: (question, say) => threads[next++ % count]!.ask(question, say),
    async close() {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

/**
 * @param module receives requests as messages, and posts `{ done }` for progress and one `{ answer }` for
 * each
 * @param signal when it aborts, the thread ends and answers reject with its reason
 */
export function startThread(
  module: URL,
  signal: AbortSignal,
  data?: unknown,
  end: ThreadEnd = 'at once',
): Thread {
  const stopped = new Int32Array(new SharedArrayBuffer(4))
  const own: EndsByItself = { data, stopped }
  const worker = new Worker(module, { workerData: end === 'at once' ? data : own })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const open: { resolve(answer: unknown): void; reject(error: unknown): void; say?(done: number): void }[] =
    []
  let failure: unknown
  const fail = (error: unknown) => {
    failure ??= error
    for (const { reject } of open.splice(0)) reject(failure)
  }
  const leave = () => {
    if (end === 'at once') return void worker.terminate()
    Atomics.store(stopped, 0, 1)
    // wakes the thread
    worker.postMessage(undefined)
  }
  const stop = () => {
    fail(signal.reason)
    leave()
  }
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  worker.on('message', (message: { done?: number; answer?: unknown }) => {
    if (message.done !== undefined) open[0]?.say?.(message.done)
    else open.shift()?.resolve(message.answer)
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error(`The thread of ${module} ended.`)))
  return {
    ask<Answer>(question: unknown, say?: (done: number) => void): Promise<Answer> {
      const answer = new Promise<unknown>((resolve, reject) => {
        if (failure !== undefined) return reject(failure)
        open.push({ resolve, reject, ...(say && { say }) })
        worker.postMessage(question)
      })
      // the caller may have stopped because of another answer
      answer.catch(() => {})
      return answer as Promise<Answer>
    },
    async close() {
      signal.removeEventListener('abort', stop)
      leave()
      await ended
    },
  }
}
