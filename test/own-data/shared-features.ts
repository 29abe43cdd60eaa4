// Features are computed once for each text and shared by all splits: the vectors of one features folder,
// reordered for the queries of other pairs. Documents and pseudo-queries are the same in all of them.
import { readPairs, readPseudoQueries } from '@disranker/dataset'
import {
  dotRows,
  hasVectors,
  readEncoderNote,
  readVectors,
  writeEncoderNote,
  writeVectors,
} from '@disranker/ranking'
import { leaveRanking } from '@disranker/sentence-encoder'
import { type Manifest, runStage } from '@disranker/stage'

/** A folder of a stage, and of the pairs and pseudo-queries that it was made from. */
export interface Made {
  readonly pairs: string
  readonly pseudo: string
  readonly out: string
}

/**
 * Leaves in `to.out` what the features stage would, with the vectors of `from.out`; without work where that has none.
 * @throws {RangeError} when a query or a document of `to` is not in `from`
 */
export function shareFeatures(from: Made, to: Made): Promise<Manifest> {
  return runStage({
    source: import.meta.url,
    name: 'features',
    out: to.out,
    inputs: { pairs: to.pairs, pseudo: to.pseudo, features: from.out },
    recipe: {},
    async run(work) {
      if (!hasVectors(from.out)) return { leftOut: 'no encoder' }
      const [source, pairs] = [readPairs(from.pairs), readPairs(to.pairs)]
      const { features, documents, queries, pseudo } = readVectors(from.out, {
        documents: source.documents.length,
        queries: source.queries.length,
        pseudo: readPseudoQueries(from.pseudo).length,
      })
      const pick = (kind: 'queries' | 'documents', values: Float32Array) => {
        const picked = new Float32Array(pairs[kind].length * features)
        let row = 0
        for (const { id } of pairs[kind]) {
          const number = source[kind].numberOf(id)
          if (number < 0) throw new RangeError(`${kind} of ${to.pairs}: ${id} is not in ${from.pairs}`)
          picked.set(values.subarray(number * features, (number + 1) * features), features * row++)
        }
        return picked
      }
      const vectors = {
        features,
        documents: pick('documents', documents),
        queries: pick('queries', queries),
        pseudo,
      }
      writeVectors(work.folder, vectors)
      writeEncoderNote(work.folder, readEncoderNote(from.out))
      const logit = (query: number, document: number) =>
        dotRows(vectors.queries, query, vectors.documents, document, features)
      return {
        learned: false,
        ...leaveRanking(work, pairs, logit, { row: 'features', what: 'published encoder, frozen' }),
      }
    },
  })
}
