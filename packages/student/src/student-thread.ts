// A thread that scores with a student of its own.
import { parentPort, workerData } from 'node:worker_threads'
import { openBackend } from '@disranker/engine'
import type { ScoredQuestion } from '@disranker/ranking'
import { readStudent } from './student-folder.ts'
import { studentScore } from './student-scorer.ts'

/** folder of the student */
const folder = workerData as string
await openBackend('wasm', { threads: 1 })
const { encoder, pairEncoder } = readStudent(folder)
const score = studentScore(encoder, pairEncoder)
parentPort!.on('message', (pairs: ScoredQuestion) => parentPort!.postMessage({ answer: score(pairs) }))
