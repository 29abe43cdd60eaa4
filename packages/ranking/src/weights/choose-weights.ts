// Chooses the weights of a sum of scores, from as few as twenty judged queries. It averages two estimates:
// maximum likelihood with a prior for equal weights, which is robust for few queries, and a search of nDCG@10
// + MRR@10 itself, which is right for many; the search counts more the more queries there are.
// Cross-validation by groups of like queries measures the sum, and the gain from each part. Leaving out parts
// without a measurable gain was tried, and is worse on few queries than a small weight (LOG.md).
import type { Judgements } from '@disranker/dataset'
import { type PairedTest, pairedTest } from '../statistics/paired-test.ts'
import { chooseOn, chooseWeightsOn, FOLDS, foldsOf } from './choose-on.ts'
import { meanOf, type Quality, qualityOf, sumColumns } from './list-quality.ts'
import { type JudgedQuery, layOut, type PartList, type ScoredPart } from './part-lists.ts'

export interface WeightChoice {
  readonly parts: readonly ScoredPart[]
  /**
   * Judged queries that are not test, each with its own first-stage list. Those that any part has learned
   * from are left out, and counted. Queries without a grade above 0 count only for the spread of the parts'
   * scores.
   */
  readonly queries: readonly JudgedQuery[]
  readonly judgements: Pick<Judgements, 'get'>
  /** strength of the prior for equal weights, in queries; 10 by default */
  readonly pull?: number
}

export interface PartContribution {
  readonly name: string
  /** the standardised weights, which sum to 1: these are comparable between parts */
  readonly share: number
  /** standard deviation of the part's scores around the mean of their list */
  readonly deviation: number
  /** the quality of the part alone */
  readonly alone: Quality
  /**
   * nDCG@10 of the sum less that of the sum without the part, each query ranked by weights that were chosen
   * without its group. Undefined if it is the only part, or nothing is judged.
   */
  readonly adds?: PairedTest
  /** queries that were left out because this part has learned from them */
  readonly learnedFrom: number
}

export interface ChosenWeights {
  /** one for each part, in their order, for raw scores: the sum is `weights[0] * score[0] + ...` */
  readonly weights: readonly number[]
  readonly parts: readonly PartContribution[]
  /** judged queries that the weights were chosen on, and their groups */
  readonly queries: number
  readonly groups: number
  /** judged queries that were left out because a part has learned from them */
  readonly learned: number
  /** of queries ranked by weights that were chosen without their group */
  readonly crossValidated: Quality
  /** with equal weights of standardised scores */
  readonly equal: Quality
}

/** maximal number of queries; more do not change the second digit of a weight */
const MOST_QUERIES = 2000
const COINS = { samples: 2000, seed: 1 }

/** @throws {RangeError} when there is no part, or a part lacks the score of a document */
export function chooseWeights({ parts, queries, judgements, pull }: WeightChoice): ChosenWeights {
  if (parts.length === 0) throw new RangeError('chooseWeights wants at least one part')
  const isLearned = ({ id }: JudgedQuery) => parts.some((part) => part.learnedFrom(id))
  const fresh = queries.filter((query) => !isLearned(query)).slice(0, MOST_QUERIES)
  const { lists, deviations } = layOut(parts, fresh, judgements)
  // a part that scores all documents of a list equally orders nothing
  const told = parts.flatMap((_, p) => (deviations[p]! > 0 ? [p] : []))
  const whole = crossValidate(lists, told, pull)
  const standardised = chooseWeightsOn(lists, told, parts, pull)
  const total = standardised.reduce((sum, weight) => sum + weight, 0)
  const judged = (query: JudgedQuery) =>
    [...(judgements.get(query.id)?.values() ?? [])].some((grade) => grade > 0)
  return {
    weights: standardised.map((weight, p) => weight / total / (deviations[p]! || 1)),
    parts: parts.map((part, p) => ({
      name: part.name,
      share: standardised[p]! / total,
      deviation: deviations[p]!,
      alone: meanOf(rank(lists, indicator(p, parts.length))),
      ...(told.includes(p) &&
        told.length > 1 &&
        lists.length > 0 && { adds: contributionOf(p, told, whole, lists, pull) }),
      learnedFrom: queries.filter((query) => judged(query) && part.learnedFrom(query.id)).length,
    })),
    queries: lists.length,
    groups: new Set(lists.map(({ group }) => group)).size,
    learned: queries.filter((query) => judged(query) && isLearned(query)).length,
    crossValidated: meanOf(whole),
    equal: meanOf(
      rank(
        lists,
        parts.map(() => 1),
      ),
    ),
  }
}

/** The gain from a part on queries that its weight was not chosen on. */
function contributionOf(
  part: number,
  all: readonly number[],
  whole: readonly Quality[],
  lists: readonly PartList[],
  pull: number | undefined,
): PairedTest {
  const rest = crossValidate(
    lists,
    all.filter((other) => other !== part),
    pull,
  )
  return pairedTest(
    whole.map(({ ndcg10 }, at) => ndcg10 - rest[at]!.ndcg10),
    COINS,
    lists.map(({ group }) => group),
  )
}

/** The quality of each list, ranked by weights that were chosen on other groups. */
function crossValidate(lists: readonly PartList[], chosen: readonly number[], pull?: number): Quality[] {
  const folds = foldsOf(lists)
  const qualities = new Array<Quality>(lists.length)
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = [...folds.keys()].filter((at) => folds[at] === fold)
    if (held.length === 0) continue
    const weights = chooseOn(
      lists.filter((_, at) => folds[at] !== fold),
      chosen,
      pull,
    )
    for (const at of held) {
      const list = lists[at]!
      const columns = chosen.map((part) => list.columns[part]!)
      qualities[at] = qualityOf(list, sumColumns(columns, weights))
    }
  }
  return qualities
}

const rank = (lists: readonly PartList[], weights: readonly number[]): Quality[] =>
  lists.map((list) => qualityOf(list, sumColumns(list.columns, weights)))

const indicator = (part: number, parts: number) =>
  Array.from({ length: parts }, (_, other) => Number(other === part))
