// A student without its network, as a bundle: table of words and lexical overlap.
import type { Pairs } from '@disranker/dataset'
import type { Work } from '@disranker/stage'
import { STATIC_ONLY } from '@disranker/transformer'
import { buildBundle } from '../bundle.ts'
import type { readStudentFolder, StudentConfig } from '../convert.ts'
import { fitRelevance, outcomesOf, UNFITTED } from '../served/fit-relevance.ts'
import { leaveRuns } from '../served/leave-runs.ts'
import { rankServed } from '../served/rank-served.ts'
import { knownPair, withScore } from '../served/served-config.ts'

type Student = ReturnType<typeof readStudentFolder>

/** @param leftOut the reason why its network is not served */
export function withoutNetwork(student: Student, lexicalWeight: number, leftOut: string): Student {
  const { vocab_size, type_vocab_size, disranker } = student.config as StudentConfig & {
    readonly disranker: { readonly encoding: object; readonly wide: object }
  }
  const { encoding, wide } = disranker
  const told = { encoding, score: { lexicalWeight, wideWeight: 1 }, wide, network: { leftOut } }
  const config = { model_type: STATIC_ONLY, vocab_size, type_vocab_size, disranker: told }
  return { ...student, config: config as unknown as StudentConfig, tensors: new Map() }
}

const built = (model: Student) => buildBundle({ ...model, precision: 'int8' })

/** The same before the relevance of its scores is fitted. */
export const bareTable = (model: Student) =>
  built({ ...model, config: withScore(model, UNFITTED, undefined) })

/** Ranks validation and test with it, and writes the runs; returns the bundle. */
export async function leaveTable(model: Student, pairs: Pairs, work: Work) {
  const unscored = bareTable(model)
  const rank = (split: 'validation' | 'test') =>
    rankServed({
      ...{ name: `table ranks ${split}`, bundle: unscored, run: pairs.candidates(split), pairs, work },
    })
  const runs = { validation: await rank('validation'), test: await rank('test') }
  const relevance = fitRelevance(outcomesOf(runs.validation, pairs.judgements))
  leaveRuns(work.folder, runs, pairs, model, 'table')
  return built({ ...model, config: withScore(model, relevance, await knownPair(unscored, pairs)) })
}
