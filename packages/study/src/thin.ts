// The pairs folder with the grades of fewer train queries, to simulate a team with fewer judgements. Smaller
// shares are subsets of larger ones. Queries, candidates and clicks stay, as do grades without human
// judgement (weak queries).
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { readQrels, seededSampler, writeQrels } from '@disranker/dataset'
import { type Manifest, readManifest, runStage, type StageOptions } from '@disranker/stage'
import { z } from 'zod'

export const thinSchema = z.strictObject({
  /** share of the train queries with grades */
  share: z.number().positive().max(1),
  seed: z.int(),
})

export interface ThinOptions extends StageOptions<z.output<typeof thinSchema>> {
  readonly pairs: string
}

const GRADES = 'qrels.train.txt'

/** Writes a pairs folder. */
export function thinGrades(options: ThinOptions): Promise<Manifest> {
  const { pairs, recipe, signal } = options
  const { share, seed } = recipe
  const isKept = (query: string) => seededSampler(seed, query).uniform() < share
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'thin',
    inputs: { pairs },
    ...(signal && { signal }),
    async run({ folder }) {
      const { metrics } = readManifest(pairs)
      const copied = (path: string) => !path.endsWith('manifest.json') && !path.endsWith(GRADES)
      cpSync(pairs, folder, { recursive: true, filter: copied })
      const kept = new Map([...readQrels(join(pairs, GRADES))].filter(([query]) => isKept(query)))
      writeQrels(join(folder, GRADES), kept)
      return { ...metrics, gradedTrainQueries: kept.size }
    },
  })
}
