// A thread that answers questions, so that a stage stays awake to say how far it is and to hear Ctrl-C.
import { Worker } from 'node:worker_threads'

export interface Thread {
  /**
   * Questions are answered in their order.
   * @param say told of what is done before the answer is there
   */
  ask<Answer>(question: unknown, say?: (done: number) => void): Promise<Answer>
  close(): Promise<void>
}

/** Threads that share questions: each gets the next one in its turn. */
export function startThreads(count: number, module: URL, signal: AbortSignal, workerData?: unknown): Thread {
  const threads = Array.from({ length: count }, () => startThread(module, signal, workerData))
  let next = 0
  return {
    ask: (question, say) => threads[next++ % count]!.ask(question, say),
    async close() {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

/**
 * @param module gets questions as messages, and posts `{ done }` on its way and one `{ answer }` to each
 * @param signal aborted: the thread ends, and its reason is what answers reject with
 */
export function startThread(module: URL, signal: AbortSignal, workerData?: unknown): Thread {
  const worker = new Worker(module, { workerData })
  const open: { resolve(answer: unknown): void; reject(error: unknown): void; say?(done: number): void }[] =
    []
  let failure: unknown
  const fail = (error: unknown) => {
    failure ??= error
    for (const { reject } of open.splice(0)) reject(failure)
  }
  const stop = () => {
    fail(signal.reason)
    void worker.terminate()
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
      // whoever asked may have left because of another answer
      answer.catch(() => {})
      return answer as Promise<Answer>
    },
    async close() {
      signal.removeEventListener('abort', stop)
      await worker.terminate()
    },
  }
}
