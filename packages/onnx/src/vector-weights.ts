// What the parts of the form `vectors` count: cosine of the vectors, lexical overlap, table of words. Chosen by cross-validation on judged
// queries that are not test, each on its own first-stage list.
import type { Pairs } from '@disranker/dataset'
import { type ChosenWeights, chooseWeights, groupQueries, type ScoredPart } from '@disranker/ranking'
import type { EncodedPair } from '@disranker/tokenizer'

export interface VectorParts {
  readonly pairs: Pairs
  /** by ids; of train queries by vectors that did not learn from them */
  cosine(query: string, document: string): number
  encode(query: string, document: { readonly title: string; readonly summary: string }): EncodedPair
  /** undefined where the student has no table */
  readonly table: ((pair: EncodedPair) => number) | undefined
  /** whether the table has learned from the grades of train queries: it then takes no part */
  readonly tableLearned: boolean
}

export interface VectorWeights {
  readonly weights: Readonly<Record<'vector' | 'lexical' | 'wide', number>>
  /** what the choice says of each part's worth */
  readonly choice: Omit<ChosenWeights, 'weights'>
}

/** judged queries that are looked at; more change no second digit of a weight */
const MOST_QUERIES = 2000

/** @returns weights with which a cosine counts as much as it did in training: `scale` times */
export function vectorWeights(
  { pairs, cosine, encode, table, tableLearned }: VectorParts,
  scale: number,
): VectorWeights {
  const lists = (['train', 'validation'] as const)
    .flatMap((split) =>
      Array.from(pairs.firstStage(split), ([id, rows]) => ({
        id,
        split,
        documents: rows.map(({ document }) => document),
      })),
    )
    .filter(({ id }) => pairs.judgements.has(id))
    .slice(-MOST_QUERIES)
  // its scores of queries that it has learned from are too good, and those queries are what the weights are chosen on
  const counted = tableLearned ? undefined : table
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
  const part = (
    name: string,
    score: (id: string) => readonly number[],
    more: Partial<ScoredPart> = {},
  ): ScoredPart => ({
    name,
    learnedFrom: () => false,
    ...more,
    scores(id) {
      const scores = score(id)
      return new Map(documentsOf.get(id)!.map((document, at) => [document, scores[at]!]))
    },
  })
  const parts = [
    part('vectors', (id) => documentsOf.get(id)!.map((document) => scale * cosine(id, document)), {
      kept: true,
    }),
    part('lexical', (id) => pairsOf(id).map(({ overlap }) => overlap)),
    ...(counted === undefined ? [] : [part('static', (id) => pairsOf(id).map(counted))]),
  ]
  const { weights, ...choice } = chooseWeights({
    parts,
    queries: lists.map(({ id, documents }, at) => ({ id, documents, group: groups[at]! })),
    judgements: pairs.judgements,
  })
  const [vector, lexical, wide = 0] = weights as [number, number, number?]
  return {
    weights: { vector: scale, lexical: short(lexical / vector), wide: short(wide / vector) },
    choice,
  }
}

/** Three significant digits: enough for a weight, and it stays readable in config.json. */
const short = (value: number) => Number(value.toPrecision(3))
