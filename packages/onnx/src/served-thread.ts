// A thread that scores as a server does: with the reranker, from the bundle.
import { parentPort, workerData } from 'node:worker_threads'
import { type Bundle, loadReranker, type TitledDocument } from '@disranker/reranker'

export interface ServedQuestion {
  readonly query: string
  readonly documents: readonly TitledDocument[]
}

const reranker = await loadReranker(workerData as Bundle)
// no other request waits for this thread, so no batch makes room for others
const turn = async () => {}
parentPort!.on('message', async ({ query, documents }: ServedQuestion) => {
  parentPort!.postMessage({ answer: await reranker.score(query, documents, { turn }) })
})
