// What a teacher thinks of the candidates, standardised over all scored pairs so that one learning rate fits any teacher:
// a student's logits start near 0 with a spread of about 1.
import { join } from 'node:path'
import { readRun } from '@disranker/dataset'
import { InputError } from '@disranker/stage'

export interface TeacherScores {
  readonly mean: number
  readonly deviation: number
  /** Standardised scores of a query's documents, in their order. */
  of(query: string, documents: readonly string[]): number[]
}

/**
 * Reads the teacher's runs of train and weak queries.
 * @throws {InputError} when the teacher scored no train query
 */
export function readTeacherScores(folder: string): TeacherScores {
  const runs = (['train', 'weak'] as const).map((split) => readRun(join(folder, 'runs', `${split}.run`)))
  if (runs[0]!.size === 0)
    throw new InputError(`${folder} holds no scored train query. Run \`npx turbo run score\` again.`)
  const rows = runs.flatMap((run) => [...run])
  const { mean, deviation } = moments(rows.flatMap(([, scored]) => scored.map(({ score }) => score)))
  const scores = new Map(
    rows.map(([query, scored]) => [query, new Map(scored.map(({ document, score }) => [document, score]))]),
  )
  return {
    mean,
    deviation,
    of: (query, documents) =>
      documents.map((document) => {
        const score = scores.get(query)?.get(document)
        if (score === undefined)
          throw new InputError(
            `${folder} has no score of document ${document} for query ${query}, which is a candidate. Run \`npx turbo run score\` again.`,
          )
        return (score - mean) / deviation
      }),
  }
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) || 1 }
}
