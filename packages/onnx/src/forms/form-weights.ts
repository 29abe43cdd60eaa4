// Chooses the weights of a form's parts in its score: its own part, lexical overlap, table of words.
// Cross-validation on judged queries that are not test, each on its own first-stage list, also measures the
// form.
import type { Pairs } from '@disranker/dataset'
import {
  type ChosenWeights,
  chooseWeights,
  crossFit,
  groupQueries,
  queryQualities,
  type ScoredPart,
} from '@disranker/ranking'
import type { EncodedPair } from '@disranker/tokenizer'

export interface FormParts {
  readonly pairs: Pairs
  /** the queries for the choice: train queries only if no part has learned from their grades */
  readonly splits: readonly ('train' | 'validation')[]
  /** the form's own part of the score, by ids; without it the table of words is the form's part */
  readonly own?: { readonly name: string; score(query: string, document: string): number }
  encode(query: string, document: { readonly title: string; readonly summary: string }): EncodedPair
  /** undefined if the score has no table */
  readonly table: ((pair: EncodedPair) => number) | undefined
}

export interface FormWeights {
  /** of a score whose first part has weight 1 */
  readonly lexical: number
  readonly wide: number
  /** the measured gain of each part, and of the sum */
  readonly choice: Omit<ChosenWeights, 'weights'>
  /** of each judged query, ranked by weights that were chosen without its group of like queries */
  qualities(): ReadonlyMap<string, JudgedQuality>
}

export interface JudgedQuality {
  readonly ndcg10: number
  /** of like queries */
  readonly group: string
}

/** maximal number of judged queries; more do not change the second digit of a weight */
const MOST_QUERIES = 2000

/** First-stage lists of judged queries. */
export const judgedLists = ({ pairs, splits }: Pick<FormParts, 'pairs' | 'splits'>) =>
  splits
    .flatMap((split) => [...pairs.firstStage(split)])
    .filter(([id]) => pairs.judgements.has(id))
    .slice(-MOST_QUERIES)

export function formWeights({ pairs, splits, own, encode, table }: FormParts): FormWeights {
  const lists = judgedLists({ pairs, splits }).map(([id, rows]) => ({
    id,
    documents: rows.map(({ document }) => document),
  }))
  const texts = lists.map(({ id }) => ({ id, text: pairs.queries.get(id)!.text }))
  const groups = groupQueries(texts, pairs.judgements)
  const documentsOf = new Map(lists.map(({ id, documents }) => [id, documents]))
  const encoded = new Map<string, readonly EncodedPair[]>()
  const pairsOf = (id: string) => {
    const known = encoded.get(id)
    if (known !== undefined) return known
    const { text } = pairs.queries.get(id)!
    const made = documentsOf.get(id)!.map((document) => encode(text, pairs.documents.get(document)!))
    encoded.set(id, made)
    return made
  }
  const part = (name: string, kept: boolean, score: (id: string) => readonly number[]): ScoredPart => ({
    ...{ name, kept, learnedFrom: () => false },
    scores(id) {
      const scores = score(id)
      return new Map(documentsOf.get(id)!.map((document, at) => [document, scores[at]!]))
    },
  })
  const parts = [
    ...(own ? [part(own.name, true, (id) => documentsOf.get(id)!.map((each) => own.score(id, each)))] : []),
    part('lexical', false, (id) => pairsOf(id).map(({ overlap }) => overlap)),
    ...(table ? [part('static', own === undefined, (id) => pairsOf(id).map(table))] : []),
  ]
  const { judgements } = pairs
  const queries = lists.map(({ id, documents }, at) => ({ id, documents, group: groups[at]! }))
  const { weights, ...choice } = chooseWeights({ parts, queries, judgements })
  const weightOf = (name: string) => weights[parts.findIndex((each) => each.name === name)] ?? 0
  const first = weightOf(own?.name ?? 'static')
  return {
    ...{ lexical: short(weightOf('lexical') / first), wide: short(weightOf('static') / first), choice },
    qualities() {
      const ranked = crossFit({ parts, queries, judgements })
      const found = queryQualities(ranked, judgements, 10)
      return new Map(
        queries.flatMap(({ id, group }) => {
          const ndcg10 = found.get(id)?.ndcg
          return ndcg10 === undefined ? [] : [[id, { ndcg10, group }]]
        }),
      )
    },
  }
}

/** Three significant digits: enough for a weight, and it stays readable in config.json. */
const short = (value: number) => Number(value.toPrecision(3))
