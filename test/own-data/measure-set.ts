// A data set over several random splits and seeds. Vectors of an encoder are made once.
import { join } from 'node:path'
import { readPairs } from '@disranker/dataset'
import { pairs } from '@disranker/dataset/pairs'
import { openBackend } from '@disranker/engine'
import { pipeline } from '@disranker/pipeline'
import { findStage, runDefined } from '@disranker/stage'
import { type Changes, measureSplit, type RowName, recipeOf } from './measure-split.ts'
import { type Measured, type Pooled, poolRows } from './pool.ts'
import { splitQueries } from './random-splits.ts'
import { measureSharedTable, trainSharedStudent, trainSharedTable } from './shared-table.ts'
import { shareVectors } from './shared-vectors.ts'
import { type Cosines, openTable } from './table-on.ts'

export interface SetToMeasure {
  /** documents, queries and judgements */
  readonly input: string
  readonly work: string
  readonly splits: number
  readonly seeds: number
  readonly rows: readonly RowName[]
  readonly changes: Changes
  /** most train and validation queries of a split together */
  readonly judged?: number
  /** judged queries that the table's weights are chosen on */
  readonly curve?: readonly number[]
  /** one table a seed for all splits, the published encoder's own vectors where they are a row, and no other row */
  readonly shared?: boolean
  /** for the row `vectors`: one student a seed for all splits, heads and weights a split of their own */
  readonly oneStudent?: boolean
  /** that `features` takes; by the language when not given, none for "none" */
  readonly encoder?: string
}

const SHARES = { test: 0.3, validation: 0.1 }

/** The figures after each training, pooled over those before. */
export async function* measureSet(set: SetToMeasure): AsyncGenerator<{
  readonly pooled: readonly Pooled[]
  readonly done: number
  readonly all: number
}> {
  const { input, work, splits, seeds, judged, changes, encoder, curve = [] } = set
  const base = join(work, 'base')
  const from = encoder === undefined ? {} : { from: encoder === 'none' ? false : encoder }
  const recipes: Changes = { ...changes, features: { ...from, ...changes.features } }
  await openBackend('wasm', {})
  await pairs({ input, out: join(base, 'pairs'), recipe: (await recipeOf('pairs', {})) as never })
  for (const name of ['pseudo-queries', 'features'])
    await runDefined(pipeline, findStage(pipeline, name), (stage) => join(base, stage.name), {
      recipe: await recipeOf(name, recipes),
    })
  const all = readPairs(join(base, 'pairs'))
  const queries = [...all.queries].filter(({ id }) =>
    [...(all.judgements.get(id)?.values() ?? [])].some((grade) => grade > 0),
  )
  const partsOf = (seed: number) =>
    splitQueries(queries, all.judgements, { seed, ...SHARES, ...(judged !== undefined && { judged }) })
  const measured: Measured[] = []
  let cosines: Cosines | undefined
  const openShared = async (seed: number) => {
    const at = await trainSharedTable(base, recipes, seed)
    if (set.rows.includes('vectors')) cosines ??= await shareVectors(base, all, at, recipes)
    return openTable(at('table'), all, cosines)
  }
  for (let seed = 0; seed < seeds; seed++) {
    const shared = set.shared ? await openShared(seed) : undefined
    const student = set.oneStudent ? await trainSharedStudent(base, recipes, seed) : undefined
    for (let split = 0; split < splits; split++) {
      const parts = partsOf(split)
      const home = join(work, `split-${split}${judged === undefined ? '' : `-of-${judged}`}`)
      measured.push(
        shared !== undefined
          ? measureSharedTable(shared, all, parts, curve, cosines !== undefined)
          : await measureSplit({
              ...{ base, home, parts, seed, rows: set.rows, changes: recipes, curve },
              ...(student !== undefined && { student }),
            }),
      )
      yield { pooled: poolRows(measured), done: measured.length, all: seeds * splits }
    }
  }
  all.close()
}
