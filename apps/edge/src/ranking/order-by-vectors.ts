// Ranks the documents of a request by their published vectors: only the query is encoded, instead of a pair
// for each document. All documents must have a vector, since scores with and without it cannot be compared:
// missing ones are made here up to the server's limit, otherwise the network ranks all documents, and the
// answer says so.
import type { DocumentVector, Reranker, VectorForm, VectorQuery } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { tokenBudget } from './budget.ts'
import type { OrderContext, Ordered } from './order.ts'
import type { RankingRequest } from './ranking-request.ts'

export interface ChosenForm {
  /** undefined: the network ranks */
  readonly form?: VectorForm
  /** the reason for it, if the bundle has another form and documents were named by id */
  readonly told?: string
}

/** Chooses the form that ranks a request. */
export function chooseForm(reranker: Reranker, request: RankingRequest, limits: Limits): ChosenForm {
  const { vectors: form } = reranker
  const { documents, vectors, long, query, instruction } = request
  if (form === undefined) return {}
  const told = (why: string) => ({
    told: `Ranked from texts, without vectors: ${why}.`,
  })
  const missing = documents.flatMap((_, index) => (vectorOf(form, vectors?.[index]) ? [] : [index]))
  if (long === 'chunk')
    return told('a vector covers the beginning of a document, and the request wants pieces')
  if (instruction !== undefined)
    return told('an instruction was given, which the query encoder does not read')
  if (missing.length > limits.encodedDocuments)
    return told(
      `${missing.length} of ${documents.length} documents have none (${whyMissing(form, request, missing[0]!)})`,
    )
  const queries = typeof query === 'string' ? [query] : [...new Set(query)]
  const cost = costOf(form, queries, request, missing)
  return cost > tokenBudget(reranker, limits)
    ? told('encoding the documents without a vector exceeds the CPU time of a request (CPU_BUDGET_MS)')
    : { form }
}

function whyMissing({ encoder }: VectorForm, { vectors }: RankingRequest, index: number): string {
  const there = vectors?.[index]
  if (there === undefined) return 'publish documents with --vectors, and name them by their ids'
  return there.encoder === encoder
    ? 'its vector has another length; publish it again'
    : `the vector of documents[${index}] is of another encoder; publish documents again with the bundle that is served`
}

/** The vector of a document, if it is one of this encoder. */
const vectorOf = (
  { encoder, features }: VectorForm,
  vector: NonNullable<RankingRequest['vectors']>[number],
) => (vector?.encoder === encoder && vector.values.length === features ? vector : undefined)

/** characters of a token, on average */
const TOKEN_CHARACTERS = 4

const UNEXPLAINED = 'The field "explain" was not used: the vectors of the documents decided the order.'

/** In tokens of the network, like turns and budgets. */
const costOf = (
  form: VectorForm,
  queries: readonly string[],
  { documents }: RankingRequest,
  missing: readonly number[],
) =>
  form.tokenCost *
  (queries.reduce((sum, query) => sum + 2 + query.length / TOKEN_CHARACTERS, 0) +
    missing.reduce((sum, index) => sum + form.estimate(documents[index]!), 0))

/**
 * Ranks the documents of a checked request for which `chooseForm` gave this form.
 * @throws {ApiError} 499 when `signal` was aborted, 503 when too many wait, 504 after the deadline
 */
export async function orderByVectors(
  form: VectorForm,
  request: RankingRequest,
  { scheduler, signal, deadline, stages }: Pick<OrderContext, 'scheduler' | 'signal' | 'deadline' | 'stages'>,
): Promise<Ordered> {
  const { documents, query } = request
  const queryOf = (index: number) => (typeof query === 'string' ? query : query[index]!)
  const queries = [...new Set(documents.map((_, index) => queryOf(index)))]
  const published = documents.map((_, index) => vectorOf(form, request.vectors?.[index]))
  const vectors: (DocumentVector | undefined)[] = [...published]
  const missing = documents.flatMap((_, index) => (vectors[index] === undefined ? [index] : []))
  const ticket = scheduler.join(costOf(form, queries, request, missing), signal, deadline)
  const inTurn = async <Result>(tokens: number, work: () => Result): Promise<Result> => {
    await stages.time('queue', () => ticket.turn(form.tokenCost * tokens))
    signal.throwIfAborted()
    return stages.time('compute', work)
  }
  try {
    let tokens = 0
    for (const index of missing) {
      const about = form.estimate(documents[index]!)
      tokens += about
      vectors[index] = await inTurn(about, () => form.embed(documents[index]!))
    }
    const opened = new Map<string, VectorQuery>()
    for (const text of queries) {
      const made = await inTurn(2 + text.length / TOKEN_CHARACTERS, () => form.open(text))
      opened.set(text, made)
      tokens += made.tokens
    }
    const results = stages
      .time('compute', () =>
        documents.map((document, index) => ({
          index,
          score: opened.get(queryOf(index))!.score(document, vectors[index]!, published[index]?.words),
        })),
      )
      .sort((a, b) => b.score - a.score || a.index - b.index)
      .slice(0, request.topN)
    return {
      results,
      tokens,
      computed: tokens,
      cache: 'miss',
      ...(request.explain && { unexplained: UNEXPLAINED }),
    }
  } catch (error) {
    if (signal.aborted) throw new ApiError(499, 'The client closed the request.', { cause: error })
    throw error
  } finally {
    ticket.leave()
  }
}
