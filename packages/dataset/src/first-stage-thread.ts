// A thread of the first stage: builds the index, or gets it, and searches.
import { parentPort } from 'node:worker_threads'
import { type AnalyzerSpec, createIndexBuilder, type InvertedIndex, topTexts } from '@disranker/lexical'
import type { Found } from './first-stage.ts'
import { readLines } from './lines.ts'
import type { Document } from './records.ts'

interface Question {
  readonly build?: {
    readonly documents: string
    readonly k1: number
    readonly b: number
    readonly analyzer: AnalyzerSpec | undefined
  }
  readonly index?: InvertedIndex
  readonly search?: { readonly texts: readonly string[]; readonly depth: number }
}

let index: InvertedIndex | undefined

parentPort!.on('message', ({ build, index: given, search }: Question) => {
  if (build !== undefined) {
    index = indexDocuments(build)
    answer(index)
  }
  if (given !== undefined) {
    index = given
    answer(true)
  }
  if (search !== undefined) answer(search.texts.map((text): Found => topTexts(index!, text, search.depth)))
})

const answer = (answer: unknown) => parentPort!.postMessage({ answer })

function indexDocuments({ documents, k1, b, analyzer }: NonNullable<Question['build']>): InvertedIndex {
  const builder = createIndexBuilder({ k1, b, analyzer }, (bytes) => new SharedArrayBuffer(bytes))
  let done = 0
  for (const { title, summary } of readLines<Document>(documents)) {
    builder.add(`${title}. ${summary}`)
    if (++done % 10_000 === 0) parentPort!.postMessage({ done })
  }
  return builder.finish()
}
