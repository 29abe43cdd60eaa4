// Makes queries, splits and judgements from human judgements and clicks. Human judgements have priority: a
// split with some has their grades alone, and clicks grade the others.
import type { Progress } from '@disranker/stage'
import { explainClicks } from '../attraction/attraction.ts'
import { type Database, query, queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import type { ClickLog } from '../log/click-log.ts'
import type { PairsRecipe } from '../pairs-recipe.ts'
import type { Split } from '../records/records.ts'
import { assignSplits, type Splits } from '../splits/splits.ts'

/** facts for the manifest */
export interface Judging {
  readonly clickedPairs: number
  readonly leaks: number
  readonly splits: Readonly<Record<string, unknown>>
  /** undefined without a log */
  readonly clickModel?: {
    readonly name: string
    readonly perplexity: Readonly<Record<string, number>>
    readonly prior: { readonly mean: readonly number[]; readonly strength: number }
    readonly moved: number
    readonly examination: readonly number[]
    readonly views: number
  }
}

/**
 * For documents with many impressions the interval is nearly a point, so its lower end alone would grade
 * those that lie at a bound: the mean must be above it by this factor.
 */
const MARGIN = 1.5

/** below this share of moved impressions the propensities are unreliable */
const FEW_MOVES = 0.05

/**
 * Combines both kinds. Writes the tables `queries` (id, text, split, ordinal), `judgements` (query, document,
 * grade, split, ordinal) and `click_pairs` (query, document, weight, clicks, impressions).
 * @param unlabelled number of queries of the train period to take without grades
 */
export async function judge(
  database: Database,
  log: ClickLog,
  recipe: Pick<PairsRecipe, 'splits' | 'grades' | 'clicks'>,
  progress: Progress,
  signal: AbortSignal,
  unlabelled: number,
): Promise<Judging> {
  const { connection } = database
  const splits = await assignSplits(database, recipe.splits, progress)
  const { from, confidence, examined, skipped } = recipe.grades
  const explained = await explainClicks(
    database,
    { ...recipe.clicks, confidence },
    log.clicksOnly,
    progress,
    signal,
  )
  await database.run(
    'pairs: grading',
    sql(new URL('./grades.sql', import.meta.url), {
      from1: from[0],
      from2: from[1],
      from3: from[2],
      mean1: MARGIN * from[0],
      mean2: MARGIN * from[1],
      mean3: MARGIN * from[2],
      examined1: examined[0],
      examined2: examined[1],
      examined3: examined[2],
      skipped,
    }),
  )
  await database.run(
    'pairs: gathering judgements',
    sql(new URL('./judge.sql', import.meta.url), {
      gradedByClicks: gradedByClicks(splits),
      measured: recipe.grades.measured,
      unlabelled,
    }),
  )
  // a team without a log still has documents and judgements
  const { clicked } = await queryOne<{ clicked: number }>(
    connection,
    'SELECT count(*)::DOUBLE AS clicked FROM click_pairs',
  )
  if (log.input === undefined)
    await connection.run(`INSERT INTO click_pairs
      SELECT query, document, 1, 0, 0 FROM (
        SELECT *, max(grade) OVER (PARTITION BY query) AS best FROM judgements WHERE split = 'train')
      WHERE grade = best AND best > 0 ORDER BY ordinal`)
  sayKinds(splits, await unusedGrades(database, splits), progress)
  for (const { split, queries } of await unmeasured(database, splits))
    progress.say(
      `pairs: clicks grade ${queries} ${split} queries, of which ${recipe.grades.measured} are measured on (grades.measured in the recipe).`,
    )
  if (explained !== undefined && explained.moved < FEW_MOVES && !log.clicksOnly)
    progress.say(
      `${log.input!.path}: only ${(100 * explained.moved).toFixed(1)} % of the impressions are of documents that were shown at several positions of the same query. Position and relevance are hard to separate in such a log: the click weights rely on a guess of how attention falls with position. Shuffle a small share of your result pages.`,
    )
  if (explained !== undefined && !log.clicksOnly)
    progress.say(
      `pairs: the clicks are explained by the ${explained.model.name} model (perplexity on held-out sessions: ${Object.entries(
        explained.perplexity,
      )
        .map(([name, value]) => `${name} ${value.toFixed(4)}`)
        .join(', ')}).`,
    )
  return {
    clickedPairs: clicked,
    leaks: splits.leaks,
    splits: splits.metrics,
    ...(explained && {
      clickModel: {
        name: explained.model.name,
        perplexity: explained.perplexity,
        prior: { mean: round(explained.model.prior.mean), strength: explained.model.prior.strength },
        moved: Number(explained.moved.toFixed(4)),
        examination: round(explained.model.examination),
        views: explained.views,
      },
    }),
  }
}

const round = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toFixed(4)))

function gradedByClicks({ graders }: Splits): string {
  const splits = (Object.keys(graders) as (keyof Splits['graders'])[]).filter(
    (split) => graders[split] === 'clicks',
  )
  return splits.length === 0 ? 'NULL' : splits.map((split) => `'${split}'`).join(', ')
}

/** Splits in which clicks grade more queries than are measured. */
const unmeasured = ({ connection }: Database, splits: Splits) =>
  query<{ split: Split; queries: number }>(
    connection,
    `SELECT split, count(DISTINCT query)::DOUBLE AS queries FROM click_grades JOIN log_ids USING (query)
      WHERE split IN (${gradedByClicks(splits)}) GROUP BY split
      HAVING count(DISTINCT query) > (SELECT count(*) FROM measured WHERE measured.split = log_ids.split) ORDER BY split`,
  )

/** Queries that clicks could grade in a split with human judgements. */
const unusedGrades = ({ connection }: Database, { graders }: Splits) =>
  query<{ split: Split; queries: number }>(
    connection,
    `SELECT split, count(DISTINCT query)::DOUBLE AS queries FROM click_grades JOIN log_ids USING (query)
      WHERE NOT owned AND split IN (${Object.entries(graders)
        .filter(([, grader]) => grader === 'people')
        .map(([split]) => `'${split}'`)
        .concat('NULL')
        .join(', ')}) GROUP BY split ORDER BY split`,
  )

function sayKinds(
  { leaks, metrics }: Splits,
  unused: readonly { readonly split: Split; readonly queries: number }[],
  progress: Progress,
): void {
  if (leaks > 0)
    progress.say(
      `pairs: left out ${leaks} judged queries that are nearly the same as one of a split that comes first.`,
    )
  if ((metrics.nearJudged as number) > 0)
    progress.say(
      `pairs: left out ${metrics.nearJudged} queries of the log that are nearly the same as a judged one.`,
    )
  for (const { split, queries } of unused)
    progress.say(
      `pairs: people judged ${split} queries, so the click grades of ${queries} others are not used there: a split has one kind of grades. Move the judgements to test and validation to train on clicks.`,
    )
}
