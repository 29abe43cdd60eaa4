// onnxruntime-node as an engine, if it is installed: native code, on threads with one session each. A ranking
// computes on one thread at a time, and several rankings compute in parallel.
import { Worker } from 'node:worker_threads'
import { type EncodedText, padBatch, RerankerError, type Session } from '@disranker/reranker'
import type { NativeAnswer, NativeModel, NativeQuestion } from './native-thread.ts'

export type NativeEngine = (model: Uint8Array, data: Uint8Array) => Promise<Session>

/**
 * @param threads number of computing threads for each model
 * @returns undefined if onnxruntime-node is not installed
 * @throws {Error} it is installed, but does not load on this machine
 */
export async function nativeEngine(threads: number): Promise<NativeEngine | undefined> {
  try {
    await import('onnxruntime-node')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_MODULE_NOT_FOUND' && String(error).includes('onnxruntime-node')) return undefined
    throw error
  }
  return async (model, data) => {
    const started = Array.from({ length: threads }, () => startThread({ model, data }))
    const release = async () => {
      await Promise.all(started.map((thread) => thread.end()))
    }
    try {
      await Promise.all(started.map((thread) => thread.loaded))
    } catch (cause) {
      await release()
      throw new RerankerError(
        'runtime',
        `onnxruntime-node could not load the model: ${(cause as Error).message}`,
        { cause },
      )
    }
    return {
      engine: 'onnxruntime, native',
      async run(texts) {
        const idle = started.reduce((least, thread) => (thread.waiting() < least.waiting() ? thread : least))
        try {
          return await idle.run(texts)
        } catch (cause) {
          throw new RerankerError(
            'runtime',
            `onnxruntime-node could not compute: ${(cause as Error).message}`,
            { cause },
          )
        }
      },
      // unknown: native memory is part of the process's
      heapBytes: () => 0,
      release,
    }
  }
}

interface Thread {
  readonly loaded: Promise<unknown>
  /** the waiting batches and the current one */
  waiting(): number
  run(texts: readonly EncodedText[]): Promise<Float32Array>
  end(): Promise<void>
}

function startThread(workerData: NativeModel): Thread {
  // the sources run directly; a package has compiled files
  const name = import.meta.url.endsWith('.ts') ? './native-thread.ts' : './native-thread.js'
  const worker = new Worker(new URL(name, import.meta.url), { workerData })
  // an idle thread keeps no process alive
  worker.unref()
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const open: { resolve(logits: Float32Array): void; reject(error: Error): void }[] = []
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
    for (const { reject } of open.splice(0)) reject(failure)
  }
  worker.on('message', (answer: NativeAnswer) => {
    const asked = open.shift()
    if ('logits' in answer) asked?.resolve(answer.logits)
    else asked?.reject(new Error(answer.error))
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('its thread ended')))
  const answered = () =>
    new Promise<Float32Array>((resolve, reject) => {
      if (failure === undefined) open.push({ resolve, reject })
      else reject(failure)
    })
  const send = (question: NativeQuestion, moved: readonly ArrayBuffer[] = []) =>
    worker.postMessage(question, [...moved])
  return {
    loaded: answered(),
    waiting: () => (failure === undefined ? open.length : Number.POSITIVE_INFINITY),
    run(texts) {
      const logits = answered()
      const batch = padBatch(texts)
      send(
        batch,
        [batch.ids, batch.mask, batch.types].map(({ buffer }) => buffer as ArrayBuffer),
      )
      return logits
    },
    async end() {
      send(undefined)
      await ended
    },
  }
}
