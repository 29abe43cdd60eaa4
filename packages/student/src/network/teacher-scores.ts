// A teacher's scores of the candidates, standardised over all scored pairs so that one learning rate fits any teacher:
// a student's logits start near 0 with a spread of about 1.
import { join } from 'node:path'
import { openRun, type Pairs } from '@disranker/dataset'
import { scoresIn, standardOf } from '@disranker/ranking'
import { InputError } from '@disranker/stage'

export interface TeacherScores {
  readonly mean: number
  readonly deviation: number
  /** Standardised scores of a query's documents, in their order. */
  of(query: string, documents: readonly string[]): number[]
}

/**
 * Reads the teacher's scores of train and weak queries, as columns.
 * @throws {InputError} when the teacher scored no train query
 */
export function readTeacherScores(
  folder: string,
  pairs: Pick<Pairs, 'queries' | 'documents'>,
): TeacherScores {
  const runs = ['train', 'weak'].map((split) => openRun([join(folder, 'scores', `${split}.run`)], pairs))
  if (runs[0]!.size === 0)
    throw new InputError(`${folder} has no scored train query. Run \`npx turbo run score\` again.`)
  const { mean, deviation } = standardOf(() => scoresIn(runs))
  return {
    mean,
    deviation,
    of(query, documents) {
      const rows = runs[0]!.get(query) ?? runs[1]!.get(query) ?? []
      const scores = new Map(rows.map(({ document, score }) => [document, score]))
      return documents.map((document) => {
        const score = scores.get(document)
        if (score === undefined)
          throw new InputError(
            `${folder} has no score of document ${document} for query ${query}, which is a candidate. Run \`npx turbo run score\` again.`,
          )
        return (score - mean) / deviation
      })
    },
  }
}
