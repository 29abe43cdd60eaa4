// Small judged sets with known truth: lists of documents, and scorers that find the right ones with varying
// accuracy. Each has its own noise and shares some with the others, as rankers of the same texts do; the
// accuracy differs from query to query; some have heavy tails, so that no model of the scores is right.
import type { Judgements, Run } from '@disranker/dataset'
import { seededSampler } from '@disranker/dataset'

export interface Scorer {
  /** mean lift of a right document by its grade, in deviations of the noise */
  readonly strength: number
  readonly heavy?: boolean
  /** starts from the scores of another scorer, as what reranks does, in place of scores of its own */
  readonly like?: { readonly scorer: number; readonly noise: number }
}

export interface SmallSet {
  readonly queries: readonly string[]
  readonly judgements: Judgements
  /** one a scorer */
  readonly runs: readonly Run[]
}

const DOCUMENTS = 50
const names = Array.from({ length: DOCUMENTS }, (_, at) => `d${at}`)

export function simulate(seed: number, queries: number, scorers: readonly Scorer[], shared = 0.5): SmallSet {
  const { uniform, integer } = seededSampler(seed, 'small set')
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  const ids = Array.from({ length: queries }, (_, at) => `q${at}`)
  const judgements = new Map<string, Map<string, number>>()
  const runs = scorers.map(() => new Map<string, { document: string; score: number }[]>())
  for (const id of ids) {
    const right = 1 + integer(5)
    const grades = names.map((_, at) => (at < right ? 1 + integer(3) : 0))
    // documents without a grade above 0 stay unjudged
    judgements.set(id, new Map(names.slice(0, right).map((name, at) => [name, grades[at]!])))
    const common = names.map(normal)
    const scores: number[][] = []
    for (const [index, { strength, heavy, like }] of scorers.entries()) {
      const lift = strength * Math.max(0, 1 + 0.6 * normal())
      const own = names.map((_, at) => {
        if (like !== undefined) return scores[like.scorer]![at]! + lift * grades[at]! + like.noise * normal()
        const noise = normal()
        return (
          lift * grades[at]! +
          Math.sqrt(shared) * common[at]! +
          Math.sqrt(1 - shared) * (heavy ? Math.sign(noise) * noise * noise : noise)
        )
      })
      scores.push(own)
      runs[index]!.set(
        id,
        // no order of the file may favour the right ones
        names.map((document, at) => ({ document, score: own[at]! })).sort((a, b) => b.score - a.score),
      )
    }
  }
  return { queries: ids, judgements, runs }
}
