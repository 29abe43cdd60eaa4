// Ranks every judged query with the served model, by weights of its terms that were chosen without the query:
// with few judged queries a test split measures nothing. Only for a student that has learned from no grade,
// so that only the weights depend on grades.
import type { Pairs, Run } from '@disranker/dataset'
import { crossFit, groupQueries, itemsOf } from '@disranker/ranking'
import { type ServedModel, servedTerms } from './served-terms.ts'

/** a term whose weight was chosen on judged queries */
export type ChosenTerm = 'lexical' | 'staticTerm'

export interface CrossFitted {
  readonly pairs: Pairs
  /** by served scores, the first-stage list of every judged query that is not weak */
  readonly served: Run
  readonly model: ServedModel
  readonly chosen: readonly ChosenTerm[]
}

/** The terms whose weights a student's stage chose, from its manifest. */
export function chosenTerms({ choice }: Readonly<Record<string, unknown>>): ChosenTerm[] {
  const { parts = [] } = (choice ?? {}) as { readonly parts?: readonly { readonly name: string }[] }
  return parts.flatMap(({ name }) => (name === 'lexical' || name === 'staticTerm' ? [name] : []))
}

export function rankCrossFitted({ pairs, served, model, chosen }: CrossFitted): Run {
  const terms = servedTerms(model)
  const lists = [...served].map(([id, rows]) => {
    const added = itemsOf(id, rows, pairs).map(({ query, document }) => terms.of(query, document))
    const rest = rows.map(({ score }, at) =>
      chosen.reduce((left, name) => left - terms.weights[name] * added[at]![name], score),
    )
    const column = (values: readonly number[]) =>
      new Map(rows.map(({ document }, at) => [document, values[at]!]))
    const columns = {
      rest: column(rest),
      ...Object.fromEntries(chosen.map((name) => [name, column(added.map((term) => term[name]))])),
    } as Readonly<Record<string, ReadonlyMap<string, number>>>
    return { id, documents: rows.map(({ document }) => document), columns }
  })
  const columnsOf = new Map(lists.map(({ id, columns }) => [id, columns]))
  const groups = groupQueries(
    lists.map(({ id }) => ({ id, text: pairs.queries.get(id)!.text })),
    pairs.judgements,
  )
  return crossFit({
    parts: ['rest', ...chosen].map((name) => ({
      name,
      kept: name === 'rest',
      learnedFrom: () => false,
      scores: (id) => columnsOf.get(id)![name]!,
    })),
    queries: lists.map(({ id, documents }, at) => ({ id, documents, group: groups[at]! })),
    judgements: pairs.judgements,
  })
}
