// One table for all splits. Where it learns from queries that were cut from documents, and from no grade, only the weights of the sum
// follow from a split, so that fifteen measurements need one training a seed. Its vocabulary has seen the texts of the log's train
// queries, which may be in the test of a random split; no judgement of them.
import { join } from 'node:path'
import type { Pairs } from '@disranker/dataset'
import { pipeline } from '@disranker/pipeline'
import { queryQualities } from '@disranker/ranking'
import { findManifest, findStage, runDefined } from '@disranker/stage'
import { leaveOut } from './left-out.ts'
import { type Changes, recipeOf } from './measure-split.ts'
import type { Measured } from './pool.ts'
import type { Part } from './random-splits.ts'
import { type TableScores, tableOn, VECTORS } from './table-on.ts'

/** stages that the recipe names, and that a table of a frozen encoder does not need */
const UNUSED = ['heads', 'static-bi-encoder', 'bag-of-words', 'score']

/** @returns the folders of the stages of a seed, the table's among them, below `base` */
export async function trainSharedTable(base: string, changes: Changes, seed: number) {
  const leftOut = await leaveOut(base)
  const at = (name: string) => {
    if (UNUSED.includes(name)) return leftOut
    return name === 'table' ? join(base, `seed-${seed}`, name) : join(base, name)
  }
  await runDefined(pipeline, findStage(pipeline, 'table'), ({ name }) => at(name), {
    recipe: await recipeOf('table', changes, seed),
  })
  return at
}

/** stages up to the form `vectors`; without a network nothing in them has learned from a grade but weights */
const STUDENT = ['table', 'distil', 'convert', 'quantize'] as const

/**
 * The student around such a table.
 * @returns stage -> folder
 * @throws {RangeError} when the table has learned from grades
 */
export async function trainSharedStudent(base: string, changes: Changes, seed: number) {
  const table = await trainSharedTable(base, changes, seed)
  const home = join(base, `seed-${seed}`)
  const folders = new Map<string, string>(STUDENT.map((name) => [name, join(home, name)]))
  if (findManifest(folders.get('table')!)?.metrics.learned !== false)
    throw new RangeError('The table has learned from grades: each split needs a student of its own.')
  for (const name of STUDENT.slice(1))
    await runDefined(
      pipeline,
      findStage(pipeline, name),
      (stage) => folders.get(stage.name) ?? table(stage.name),
      {
        recipe: await recipeOf(name, changes, seed),
      },
    )
  return folders
}

/**
 * The first stage and the table on the test queries of a split; the row `table` has weights from all the others.
 * @param curve numbers of judged queries that the weights are chosen on, a row each
 * @param vectors whether there is a row of the form `vectors`, too
 */
export function measureSharedTable(
  scores: TableScores,
  pairs: Pairs,
  parts: ReadonlyMap<string, Part>,
  curve: readonly number[],
  vectors: boolean,
): Measured {
  const split = inParts(pairs, parts)
  const all = Number.POSITIVE_INFINITY
  const on = (judged: number) => tableOn(scores, split, [...parts.keys()], judged)
  return new Map([
    ['bm25', queryQualities(split.firstStage('test'), pairs.judgements, 10)],
    ['table', on(all)],
    ...(vectors ? [['vectors', tableOn(scores, split, [...parts.keys()], all, VECTORS)] as const] : []),
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
