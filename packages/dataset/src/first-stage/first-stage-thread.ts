// A thread of the first stage.
import { parentPort } from 'node:worker_threads'
import { createSearch, type Question } from './first-stage-search.ts'

const answer = createSearch()
parentPort!.on('message', (question: Question) =>
  parentPort!.postMessage({ answer: answer(question, (done) => parentPort!.postMessage({ done })) }),
)
