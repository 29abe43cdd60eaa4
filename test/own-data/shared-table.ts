// One table for all splits. Where it learns from queries that were cut from documents, and from no grade, only the weights of the sum
// follow from a split, so that fifteen measurements need one training a seed. Its vocabulary has seen the texts of the log's train
// queries, which may be in the test of a random split; no judgement of them.
import { join } from 'node:path'
import type { Pairs } from '@disranker/dataset'
import { pipeline } from '@disranker/pipeline'
import { queryQualities } from '@disranker/ranking'
import { findStage, runDefined } from '@disranker/stage'
import { leaveOut } from './left-out.ts'
import { type Changes, recipeOf } from './measure-split.ts'
import type { Measured } from './pool.ts'
import type { Part } from './random-splits.ts'
import { type TableScores, tableOn } from './table-on.ts'

/** stages that the recipe names, and that a table of a frozen encoder does not need */
const UNUSED = ['heads', 'static-bi-encoder', 'bag-of-words']

/** @returns the folder of the table of a seed, below `base` */
export async function trainSharedTable(base: string, changes: Changes, seed: number): Promise<string> {
  const leftOut = await leaveOut(base)
  const out = join(base, `seed-${seed}`, 'table')
  const at = (name: string) => (UNUSED.includes(name) ? leftOut : name === 'table' ? out : join(base, name))
  await runDefined(pipeline, findStage(pipeline, 'table'), ({ name }) => at(name), {
    recipe: await recipeOf('table', changes, seed),
  })
  return out
}

/**
 * The first stage and the table on the test queries of a split; the row `table` has weights from all the others.
 * @param curve numbers of judged queries that the weights are chosen on, a row each
 */
export function measureSharedTable(
  scores: TableScores,
  pairs: Pairs,
  parts: ReadonlyMap<string, Part>,
  curve: readonly number[],
): Measured {
  const split = inParts(pairs, parts)
  const on = (judged: number) => tableOn(scores, split, [...parts.keys()], judged)
  return new Map([
    ['bm25', queryQualities(split.firstStage('test'), pairs.judgements, 10)],
    ['table', on(Number.POSITIVE_INFINITY)],
    ...curve.map((judged) => [`table/${judged}`, on(judged)] as const),
  ])
}

/** The first stage's lists by other splits than the log's own. */
function inParts(pairs: Pairs, parts: ReadonlyMap<string, Part>): Pairs {
  const lists = (['train', 'validation', 'test'] as const).flatMap((split) => [...pairs.firstStage(split)])
  const of = (part: string) => new Map(lists.filter(([id]) => parts.get(id) === part))
  return {
    documents: pairs.documents,
    queries: pairs.queries,
    clicks: [],
    judgements: pairs.judgements,
    candidates: of,
    firstStage: of,
    close: pairs.close,
  }
}
