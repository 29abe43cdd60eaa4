// A thread that scores like a server.
import { parentPort, workerData } from 'node:worker_threads'
import type { Bundle } from '@disranker/reranker'
import { openServed, type ServedQuestion } from './open-served.ts'

const { ask } = await openServed(workerData as Bundle)
parentPort!.on('message', async (question: ServedQuestion) => {
  parentPort!.postMessage({ answer: await ask(question) })
})
