// Requests whose scores are known: the example's queries and candidates, a few documents at a time, to every rerank API. What
// each document has to get was computed here, outside of the server, one document with the other.
import { type Bundle, loadReranker, type RerankDocument } from '@disranker/reranker'
import type { ExampleRequest } from '../edge/example-requests.ts'

/** [queries][documents] of one version of the model; a plain text is read otherwise than a title and a summary */
export interface ScoreTable {
  readonly titled: readonly Float32Array[]
  readonly plain: readonly Float32Array[]
}

export interface CheckedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly query: number
  /** which of the query's documents are sent */
  readonly documents: readonly number[]
  readonly plain: boolean
}

const TOLERANCE = 1e-4
const PATHS = ['/v2/rerank', '/v1/rerank', '/rerank', '/tei/rerank', '/voyage/v1/rerank'] as const
/** every so many requests one has as many documents as there are */
const LARGE = 100
const FEW = 6

const plainText = ({ title = '', summary = '' }: { title?: string; summary?: string }) =>
  `${title}. ${summary}`

export async function scoreTable(bundle: Bundle, examples: readonly ExampleRequest[]): Promise<ScoreTable> {
  const reranker = await loadReranker(bundle)
  const table = async (documentsOf: (example: ExampleRequest) => readonly RerankDocument[]) => {
    const scores: Float32Array[] = []
    for (const example of examples) scores.push(await reranker.score(example.query, documentsOf(example)))
    return scores
  }
  const found = {
    titled: await table(({ documents }) => documents),
    plain: await table(({ documents }) => documents.map(plainText)),
  }
  await reranker.dispose()
  return found
}

/** A number that looks random, the same every time. */
export const drawn = (at: number, salt: number): number => {
  let value = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39)
  return (value ^ (value >>> 15)) >>> 0
}

export function requestAt(at: number, examples: readonly ExampleRequest[], seed: number): CheckedRequest {
  const query = drawn(at, seed) % examples.length
  const all = examples[query]!.documents
  const count = at % LARGE === 0 ? all.length : 1 + (drawn(at, seed + 1) % FEW)
  const from = drawn(at, seed + 2) % all.length
  const documents = Array.from({ length: count }, (_, number) => (from + 7 * number) % all.length)
  const path = PATHS[drawn(at, seed + 3) % PATHS.length]!
  const plain = path === '/tei/rerank' || path === '/voyage/v1/rerank'
  const sent = documents.map((document) => (plain ? plainText(all[document]!) : all[document]!))
  return {
    path,
    headers: drawn(at, seed + 4) % 2 === 0 ? { 'cache-control': 'no-store' } : {},
    body: JSON.stringify({
      ...(path !== '/tei/rerank' && { model: 'disranker' }),
      query: examples[query]!.query,
      [path === '/tei/rerank' ? 'texts' : 'documents']: sent,
      raw_scores: true,
    }),
    query,
    documents,
    plain,
  }
}

interface Result {
  readonly index: number
  readonly relevance_score?: number
  readonly score?: number
}

/** The problem of an answer; undefined when it is right. */
export function flawOf(
  { query, documents, plain }: CheckedRequest,
  text: string,
  table: ScoreTable,
): string | undefined {
  const answer = JSON.parse(text)
  const results: readonly Result[] = Array.isArray(answer) ? answer : (answer.results ?? answer.data)
  if (results?.length !== documents.length) return `has ${results?.length} results of ${documents.length}`
  const wanted = table[plain ? 'plain' : 'titled'][query]!
  const seen = new Set<number>()
  let last = Number.POSITIVE_INFINITY
  for (const { index, relevance_score, score = relevance_score } of results) {
    if (seen.has(index) || !(index in documents)) return `names document ${index} wrongly`
    seen.add(index)
    const right = wanted[documents[index]!]!
    if (!(Math.abs(score! - right) <= TOLERANCE))
      return `gives document ${index} ${score} in place of ${right}`
    if (score! > last + TOLERANCE) return 'is not in the order of its scores'
    last = score!
  }
  return undefined
}
