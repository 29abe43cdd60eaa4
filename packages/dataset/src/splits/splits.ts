// Assigns queries to splits. The last days of a log are for testing and the days before them for validation:
// a model is tested on queries that were asked after its training data, and near-duplicates of its training
// data are left out.
import { createHash } from 'node:crypto'
import type { Progress } from '@disranker/stage'
import { type Database, query, queryOne } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import type { PairsRecipe } from '../pairs-recipe.ts'
import type { Split } from '../records/records.ts'
import { clusterQueries } from './near-duplicates.ts'

export interface Splits {
  /** source of a split's grades: people or clicks, never both */
  readonly graders: Readonly<Record<Exclude<Split, 'weak'>, 'people' | 'clicks'>>
  /** judged queries that were dropped because they are nearly the same as one of an earlier split */
  readonly leaks: number
  readonly metrics: Readonly<Record<string, unknown>>
}

/** SQL for a number in [0, 1) that depends on the text alone. */
const SHARE = (text: string) => `('0x' || left(md5(${text}), 8))::BIGINT / 4294967296.0`

/** The same number in JavaScript. */
const shareOf = (text: string) =>
  Number.parseInt(createHash('md5').update(text).digest('hex').slice(0, 8), 16) / 2 ** 32

const ALWAYS = '-9000000000000000'
const NEVER = '9000000000000000'

/**
 * Reads the tables `judged_queries`, `qrels`, `logged_queries` and `views`. Writes `kept_judged` (id, text,
 * key, split) and `log_splits` (query, key, text, split or null, begins, ends).
 */
export async function assignSplits(
  database: Database,
  recipe: PairsRecipe['splits'],
  progress: Progress,
): Promise<Splits> {
  const { connection } = database
  const { views } = await queryOne<{ views: number }>(
    connection,
    'SELECT count(*)::DOUBLE AS views FROM views',
  )
  const { unassigned } = await queryOne<{ unassigned: number }>(
    connection,
    'SELECT count(*)::INTEGER AS unassigned FROM judged_queries WHERE split IS NULL',
  )
  const shares = judgedShares(unassigned, views > 0)
  // with few queries the shares are exact; with many, a query's split does not depend on the number of others
  const draw =
    unassigned < SMALL
      ? `(row_number() OVER (ORDER BY ${SHARE('key')}, key) - 1) / ${unassigned}`
      : SHARE('key')
  await connection.run(`UPDATE judged_queries SET split = CASE
      WHEN share < ${shares.train} THEN 'train'
      WHEN share < ${shares.train + shares.validation} THEN 'validation' ELSE 'test' END
    FROM (SELECT id AS free, ${draw} AS share FROM judged_queries WHERE split IS NULL) WHERE free = id`)
  await clusterQueries(database)
  const judged = new Set(
    (
      await query<{ split: Split }>(
        connection,
        `SELECT DISTINCT split FROM judged_queries WHERE id IN (SELECT query FROM qrels)`,
      )
    ).map(({ split }) => split),
  )
  const graderOf = (split: Split) => (judged.has(split) ? 'people' : 'clicks')
  const graders = {
    train: graderOf('train'),
    validation: graderOf('validation'),
    test: graderOf('test'),
  } as const
  const share = {
    validation: graders.validation === 'clicks' ? recipe.validation : 0,
    test: graders.test === 'clicks' ? recipe.test : 0,
  }
  const cuts = recipe.by === 'time' ? await cutTimes(database, share) : undefined
  if (recipe.by === 'time' && cuts === undefined && views > 0 && share.validation + share.test > 0)
    progress.say(
      'pairs: the views of the log do not spread over time, so its splits go by the hash of the query.',
    )
  await database.run(
    'pairs: splits',
    sql(new URL('./splits.sql', import.meta.url), spans(cuts, share, recipe.heldOut)),
  )
  const { leaks, near } = await queryOne<{ leaks: number; near: number }>(
    connection,
    `SELECT ((SELECT count(*) FROM judged_queries) - (SELECT count(*) FROM kept_judged))::INTEGER AS leaks,
      (SELECT count(*) FROM log_splits WHERE split IS NULL AND key NOT IN (SELECT key FROM judged_queries))::INTEGER AS near`,
  )
  return {
    graders,
    leaks,
    metrics: {
      by: cuts !== undefined ? 'time' : 'hash',
      graders,
      nearJudged: near,
      ...(cuts && {
        validationFrom: share.validation > 0 ? new Date(cuts.validation).toISOString() : undefined,
        testFrom: share.test > 0 ? new Date(cuts.test).toISOString() : undefined,
      }),
    },
  }
}

/** number of judged queries of which a tenth is too few to choose or to measure on */
const SMALL = 400
const LEAST = { test: 40, validation: 20 }

/**
 * Shares of judged queries without a split. A tenth each for validation and test, but 20 and 40 queries if
 * that is at most a fifth and two fifths: 30 judged queries are divided into 12, 6 and 12, not 24, 3 and 3.
 * Judgements are most useful for measuring, so with a log none of them is for training.
 */
export function judgedShares(
  queries: number,
  logged: boolean,
): { readonly train: number; readonly validation: number } {
  if (logged) return { train: 0, validation: 0.5 }
  const least = (name: keyof typeof LEAST, most: number) =>
    Math.max(0.1, Math.min(most, LEAST[name] / Math.max(1, queries)))
  const validation = least('validation', 0.2)
  return { train: 1 - validation - least('test', 0.4), validation }
}

interface Cuts {
  /** milliseconds since 1970 */
  readonly validation: number
  readonly test: number
}

/** The times at which the last shares of the views begin; undefined when that gives a split no views. */
async function cutTimes(
  { connection }: Database,
  share: { readonly validation: number; readonly test: number },
): Promise<Cuts | undefined> {
  const at = (rest: number) => `quantile_disc(moment, ${Math.max(0, 1 - rest)})::DOUBLE`
  const { first, validation, test, last } = await queryOne<Cuts & { first: number; last: number }>(
    connection,
    `SELECT min(moment)::DOUBLE AS first, ${at(share.validation + share.test)} AS validation, ${at(share.test)} AS test,
      max(moment)::DOUBLE AS last FROM views`,
  )
  if (share.validation + share.test === 0) return undefined
  const apart =
    first < validation && (share.validation === 0 || validation < test) && (share.test === 0 || test <= last)
  if (!apart) return undefined
  return { validation, test: share.test === 0 ? last + 1 : test }
}

/** The parameters of the SQL: time spans, and the rule that assigns a free query to its split. */
function spans(
  cuts: Cuts | undefined,
  share: { readonly validation: number; readonly test: number },
  heldOut: number,
): Record<string, string | number> {
  if (cuts === undefined)
    return {
      validationFrom: ALWAYS,
      testFrom: NEVER,
      begins: ALWAYS,
      ends: NEVER,
      share: SHARE('cluster'),
      assign: `WHEN share >= ${1 - share.test} THEN 'test' WHEN share >= ${1 - share.test - share.validation} THEN 'validation'`,
    }
  const test =
    share.test > 0 ? `WHEN in_test > 0 AND (first >= ${cuts.test} OR share < ${heldOut}) THEN 'test'` : ''
  const validation =
    share.validation > 0
      ? `WHEN in_validation > 0 AND (first >= ${cuts.validation} OR (share >= ${heldOut} AND share < ${2 * heldOut})) THEN 'validation'`
      : ''
  return {
    validationFrom: cuts.validation,
    testFrom: cuts.test,
    begins: `CASE split WHEN 'validation' THEN ${cuts.validation} WHEN 'test' THEN ${cuts.test} ELSE ${ALWAYS} END`,
    ends: `CASE split WHEN 'validation' THEN ${cuts.test} WHEN 'test' THEN ${NEVER} ELSE ${cuts.validation} END`,
    share: SHARE('cluster'),
    assign: `${test} ${validation}`,
  }
}

/** The split of a query without judgements, by its hash. */
export function splitOf(
  key: string,
  { validation, test }: PairsRecipe['splits'],
): 'train' | 'validation' | 'test' {
  const share = shareOf(key)
  return share >= 1 - test ? 'test' : share >= 1 - test - validation ? 'validation' : 'train'
}
