// Joins a run with the judgements: for every judged query, the grades of its documents in the order of the
// run. All errors of a run are found here, so that the measures need no checks.
import { byScore, type Judgements, type Run } from '@disranker/dataset'
import { InputError } from '@disranker/stage'

export interface Ranking {
  readonly query: string
  readonly documents: readonly string[]
  /** of the ranked documents, best score first; a document without a judgement has grade 0 */
  readonly grades: readonly number[]
  /** of the ranked documents, falling */
  readonly scores: readonly number[]
  /** grades of all judged documents of the query, ranked or not, falling */
  readonly judged: readonly number[]
  /** minimal grade of a relevant document in MRR, precision and recall */
  readonly relevant: number
}

export interface Judging {
  /** minimal grade of a relevant document; by default the highest grade of each query */
  readonly relevant?: number | undefined
  /** queries for which the first stage found nothing: a run without them ranks nothing, and scores 0 */
  readonly unmatched?: readonly string[]
}

/**
 * One ranking for every query of `queries`, in their order. Documents are sorted as in trec_eval, by score
 * and equal ones by id (`byScore`). Other queries of the run are left out.
 * @throws {InputError} when a query has no judgement, the run misses a query that has candidates, a score is
 * no finite number, or a document is listed twice
 */
export function judgeRun(
  name: string,
  run: Run,
  judgements: Judgements,
  queries: readonly string[],
  { relevant, unmatched = [] }: Judging = {},
): Ranking[] {
  if (queries.length === 0)
    throw new InputError(
      `There is no judged query to measure "${name}" on. Wanted: judgements (qrels.txt) for the queries of the split. Add some and run \`npx turbo run pairs\`.`,
    )
  const nothing = new Set(unmatched)
  const missing = queries.filter((query) => !run.get(query)?.length && !nothing.has(query))
  if (missing.length > 0)
    throw new InputError(
      `The run of "${name}" misses ${missing.length} of ${queries.length} judged queries (${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}). A mean over fewer queries cannot be compared: make the run again from the same pairs.`,
    )
  return queries.map((query) => ({
    ...judgeQuery(name, query, run.get(query) ?? [], judgements.get(query)),
    ...(relevant !== undefined && { relevant }),
  }))
}

function judgeQuery(
  name: string,
  query: string,
  rows: readonly { readonly document: string; readonly score: number }[],
  grades: ReadonlyMap<string, number> | undefined,
): Ranking {
  const judged = [...(grades?.values() ?? [])].sort((a, b) => b - a)
  if (grades === undefined || !(judged[0]! > 0))
    throw new InputError(
      `Query ${query} has no document with a grade above 0, so no ranking of it is better than another. Leave it out of the judgements, or judge a document.`,
    )
  const seen = new Set<string>()
  for (const { document, score } of rows) {
    if (!Number.isFinite(score))
      throw new InputError(
        `The run of "${name}" gives document ${document} of query ${query} the score ${score}. Wanted: a finite number. The model that wrote it is broken: train it again.`,
      )
    if (seen.has(document))
      throw new InputError(
        `The run of "${name}" lists document ${document} twice for query ${query}. Wanted: each document once.`,
      )
    seen.add(document)
  }
  const sorted = [...rows].sort(byScore)
  return {
    query,
    documents: sorted.map(({ document }) => document),
    grades: sorted.map(({ document }) => grades.get(document) ?? 0),
    scores: sorted.map(({ score }) => score),
    judged,
    relevant: judged[0]!,
  }
}
