// Estimates the attraction of every document for its query with a click model fitted to the log, and writes
// the table `attraction`. Parameters of all queries (positions, perseverance, the prior) are learned from a
// sample; then each query is fitted to its own views.
import type { Progress } from '@disranker/stage'
import { DOUBLE, DuckDBDataChunk, INTEGER } from '@duckdb/node-api'
import { homePositions, meanAttraction } from '../click-models/attraction-prior.ts'
import { type Chosen, chooseModel } from '../click-models/choose-model.ts'
import { lowerBound } from '../click-models/lower-bound.ts'
import type { Observations } from '../click-models/propensity.ts'
import type { ClickModel, ViewBlock } from '../click-models/view-block.ts'
import { type Database, query, queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import type { PairsRecipe } from '../pairs-recipe.ts'
import { type QueryBlock, readViews } from './read-views.ts'

type AttractionRecipe = PairsRecipe['clicks'] & Pick<PairsRecipe['grades'], 'confidence'>

export interface Attraction extends Omit<Chosen, 'model'> {
  readonly model: ClickModel
  readonly views: number
}

/** rows of a block: it bounds the memory, and the time without a turn of the event loop */
const BLOCK = 100_000

/**
 * Reads `views` and `log_splits`. Writes `patterns`, and `attraction`: query, document, clicks, shown,
 * examined (number of examinations), weight (clicks, each divided by the examination probability of its
 * position), mean and low (of the attraction: its mean, and the value that it exceeds with the recipe's
 * confidence).
 * @returns undefined when no view is left
 */
export async function explainClicks(
  database: Database,
  recipe: AttractionRecipe,
  clicksOnly: boolean,
  progress: Progress,
  signal: AbortSignal,
): Promise<Attraction | undefined> {
  const { connection } = database
  // from here on tables are read in the order of their rows
  await connection.run('SET preserve_insertion_order = true')
  await database.run('pairs: counting views that are alike', sql(new URL('./patterns.sql', import.meta.url)))
  if (clicksOnly)
    await database.run('pairs: counting clicks', sql(new URL('./patterns-clicks-only.sql', import.meta.url)))
  await connection.run(sql(new URL('./sample.sql', import.meta.url), { rows: recipe.sample }))
  await connection.run(`CREATE TABLE attraction (query INTEGER, document INTEGER, clicks DOUBLE, shown DOUBLE,
    examined DOUBLE, weight DOUBLE, mean DOUBLE, low DOUBLE)`)
  const { rows, views } = await queryOne<{ rows: number; views: number }>(
    connection,
    'SELECT coalesce(sum(len(documents)), 0)::DOUBLE AS rows, coalesce(sum(times), 0)::DOUBLE AS views FROM patterns',
  )
  if (rows === 0) return undefined
  const chosen = await learnModel(database, clicksOnly ? { ...recipe, model: 'position-based' } : recipe)
  signal.throwIfAborted()
  const writing = await database.connect()
  const appender = await writing.createAppender('attraction')
  const low = lowerBound(recipe.confidence)
  // fast work needs no progress bar
  const bar = rows > 10 * BLOCK
  if (bar) progress.start('pairs: explaining clicks', rows, 'rows')
  let done = 0
  for await (const part of readViews(connection, 'patterns', BLOCK)) {
    signal.throwIfAborted()
    for (const chunk of explain(part, chosen.model, low, recipe.clip)) appender.appendDataChunk(chunk)
    done += part.block.item.length
    if (bar) progress.update(done)
  }
  appender.closeSync()
  writing.close()
  if (bar) progress.stop()
  return { ...chosen, views }
}

async function learnModel({ connection }: Database, recipe: AttractionRecipe): Promise<Chosen> {
  const observed = await query<{ item: number; position: number; impressions: number; clicked: number }>(
    connection,
    sql(new URL('./observations.sql', import.meta.url)),
  )
  const observations: Observations = {
    item: Int32Array.from(observed, ({ item }) => item),
    position: Uint8Array.from(observed, ({ position }) => position),
    impressions: Float64Array.from(observed, ({ impressions }) => impressions),
    clicks: Float64Array.from(observed, ({ clicked }) => clicked),
  }
  const sample = readViews(connection, 'sampled', Number.POSITIVE_INFINITY)
  const { value } = (await sample.next()) as { value: QueryBlock }
  const { block, heldOut } = value
  const fitted: ViewBlock = { ...block, times: block.times.map((times, view) => times - heldOut[view]!) }
  return chooseModel(fitted, heldOut, observations, recipe.model)
}

const COLUMNS = [INTEGER, INTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE]

function* explain(
  { block, query, document }: QueryBlock,
  model: ClickModel,
  low: (alpha: number, beta: number) => number,
  clip: number,
): Generator<DuckDBDataChunk> {
  const evidence = model.explain(block)
  const home = homePositions(block)
  const { prior } = model
  const mean = meanAttraction(evidence, prior, home)
  const shown = new Float64Array(block.items)
  const weight = new Float64Array(block.items)
  for (let view = 0; view < block.times.length; view++)
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
      const item = block.item[row]!
      const times = block.times[view]!
      shown[item]! += times
      if (block.clicked[row] === 1)
        weight[item]! +=
          times * Math.min(clip, 1 / Math.max(1e-6, model.examination[block.position[row]! - 1] ?? 0))
    }
  for (let from = 0; from < block.items; from += 2048) {
    const to = Math.min(block.items, from + 2048)
    const part = (values: Float64Array) => Array.from(values.subarray(from, to))
    const chunk = DuckDBDataChunk.create(COLUMNS)
    chunk.setColumns([
      query.slice(from, to),
      document.slice(from, to),
      part(evidence.clicks),
      part(shown),
      part(evidence.examined),
      part(weight),
      part(mean),
      Array.from({ length: to - from }, (_, i) => {
        // mean and weight of a Beta distribution are its two parameters
        const weight = prior.strength + evidence.examined[from + i]!
        return low(mean[from + i]! * weight, (1 - mean[from + i]!) * weight)
      }),
    ])
    yield chunk
  }
}
