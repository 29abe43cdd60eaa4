// Measures the cost of a request with each form of the bundle, on the machine that makes it: CPU of Node for
// 50 documents of the recipe's length, times the ratio of workerd to Node.
import type { Pairs, Run } from '@disranker/dataset'
import type { Bundle, DocumentVector, TitledDocument } from '@disranker/reranker'
import { servedBy } from '../vectors/make-vectors.ts'
import type { FormName } from './latency-budget.ts'

const DOCUMENTS = 50
const REQUESTS = 10
const ROUNDS = 5

/**
 * CPU of workerd divided by that of Node, from `npm run bench -- forms` on two sets; workerd also unpacks the
 * records of documents with vectors
 */
const IN_WORKERD: Readonly<Record<FormName, number>> = { table: 1.1, network: 1.3, vectors: 1.4 }

interface FormRequest {
  readonly query: string
  readonly documents: readonly (TitledDocument & { readonly id: string })[]
}

/** The first queries of a run, each with 50 documents: its own, then those of other queries. */
export function formRequests(pairs: Pairs, run: Run): FormRequest[] {
  const all = [...new Set([...run].flatMap(([, rows]) => rows.map(({ document }) => document)))]
  return [...run].slice(0, REQUESTS).map(([id, rows]) => {
    const own = rows.map(({ document }) => document)
    const chosen = [...new Set([...own, ...all])].slice(0, DOCUMENTS)
    const documents = chosen.map((document) => {
      const { title, summary } = pairs.documents.get(document)!
      return { id: document, title, summary }
    })
    return { query: pairs.queries.get(id)!.text, documents }
  })
}

/**
 * CPU ms of a request in workerd, an estimate.
 * @param vectors of the form `vectors`: those of its documents, which are stored with their words
 */
export function formCost(
  form: FormName,
  bundle: Bundle,
  requests: readonly FormRequest[],
  vectors?: ReadonlyMap<string, DocumentVector>,
): Promise<number> {
  return servedBy(bundle, async (reranker) => {
    const words = new Map(
      vectors &&
        requests
          .flatMap(({ documents }) => documents)
          .map((document) => [document.id, reranker.vectors!.read(document)]),
    )
    const rank = async ({ query, documents }: FormRequest) => {
      if (vectors === undefined) return void (await reranker.score(query, documents))
      const { score } = reranker.vectors!.open(query)
      for (const document of documents) score(document, vectors.get(document.id)!, words.get(document.id))
    }
    const costs: number[] = []
    // the first round compiles; other processes can only make a round slower, so the fastest counts
    for (let round = 0; round <= ROUNDS; round++) {
      const before = process.cpuUsage()
      for (const request of requests) await rank(request)
      const { user, system } = process.cpuUsage(before)
      if (round > 0) costs.push((user + system) / 1000 / requests.length)
    }
    return IN_WORKERD[form] * Math.min(...costs)
  })
}
