// A click log becomes weighted pairs: robots and unsatisfied clicks go, and what is left of a click at a place that few
// people look at counts more (inverse propensity weighting, Joachims et al. 2017).
import { InputError, type Progress } from '@disranker/stage'
import { type BadRowBound, dropBadRows } from './bad-rows.ts'
import { fitPositionModel } from './propensity.ts'
import { type Column, type Database, loadTable, query } from './table.ts'

export interface ClickLogRecipe {
  readonly badRows: BadRowBound
  /** a session with more queries than this a minute is a robot's */
  readonly robotQueriesPerMinute: number
  /** and only if it has at least this many */
  readonly robotQueries: number
  /** a click with a shorter stay is no click, milliseconds; clicks without dwell_ms count */
  readonly minDwell: number
  /** positions further down are left out: too few impressions to know them */
  readonly maxPosition: number
  /** most that one click can weigh */
  readonly clip: number
}

/** what people did with one document of one query */
export interface LoggedPair {
  /** the normalised query text */
  readonly key: string
  /** its most frequent spelling */
  readonly text: string
  readonly document: string
  readonly clicks: number
  readonly impressions: number
  /** clipped inverse-propensity clicks an impression */
  readonly weight: number
}

export interface ClickLog {
  readonly pairs: readonly LoggedPair[]
  readonly metrics: Readonly<Record<string, unknown>>
}

/** below this share of moved impressions the propensities are a guess */
const FEW_MOVES = 0.05

const COLUMNS: readonly Column[] = [
  { name: 'timestamp', required: true },
  { name: 'session_id', required: true },
  { name: 'query', required: true },
  { name: 'doc_id', required: true },
  { name: 'position', required: true },
  { name: 'clicked', required: true },
  { name: 'dwell_ms', required: false },
]

/** Equal for spellings that mean the same: lower case, composed letters, single spaces. */
export const normaliseQuery = (text: string): string =>
  text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()

const NORMALISED = `lower(trim(regexp_replace(nfc_normalize("query"), '\\s+', ' ', 'g')))`

/**
 * Reads a log against the table `documents` that the database already holds.
 * @throws {InputError} when it is empty, lacks a column, has too many bad rows, or no click is left
 */
export async function readClickLog(
  database: Database,
  file: string,
  recipe: ClickLogRecipe,
  progress: Progress,
): Promise<ClickLog> {
  const { connection } = database
  await loadTable(database, 'log', file, COLUMNS)
  const bad = await dropBadRows(database, 'log', file, RULES, recipe.badRows, progress)
  await connection.run(`CREATE TABLE shown AS SELECT ${NORMALISED} AS key, trim("query") AS text, doc_id,
    session_id, "position"::INTEGER AS pos,
    epoch(coalesce(try_cast(timestamp AS TIMESTAMP), try_cast(timestamp AS TIMESTAMPTZ)::TIMESTAMP, epoch_ms(try_cast(timestamp AS BIGINT)))) AS second,
    (lower(clicked) IN ('true', '1')) AS clicked, try_cast(dwell_ms AS DOUBLE) AS dwell FROM log`)
  await connection.run(`CREATE TABLE robots AS SELECT session_id FROM shown GROUP BY session_id
    HAVING count(DISTINCT (key, second)) >= ${recipe.robotQueries} AND
      count(DISTINCT (key, second)) / greatest(1, (max(second) - min(second)) / 60) > ${recipe.robotQueriesPerMinute}`)
  const seen = await query<Observed>(
    connection,
    `SELECT key, mode(text) AS text, doc_id AS document, pos AS position, count(*)::INTEGER AS impressions,
      sum(CASE WHEN clicked AND coalesce(dwell, ${recipe.minDwell}) >= ${recipe.minDwell} THEN 1 ELSE 0 END)::INTEGER AS clicks
    FROM shown WHERE session_id NOT IN (SELECT session_id FROM robots) AND pos <= ${recipe.maxPosition}
    GROUP BY key, doc_id, pos ORDER BY key, doc_id, pos`,
  )
  const [facts] = await query<Record<string, number>>(
    connection,
    `SELECT (SELECT count(*) FROM shown)::INTEGER AS rows, (SELECT count(*) FROM robots)::INTEGER AS robots,
      (SELECT count(*) FROM shown WHERE clicked)::INTEGER AS clicks,
      (SELECT count(*) FROM shown WHERE clicked AND dwell < ${recipe.minDwell})::INTEGER AS unsatisfied`,
  )
  if (seen.every(({ clicks }) => clicks === 0))
    throw new InputError(
      `${file} has no click that can be used: ${facts!.clicks} clicks in ${facts!.rows} rows, ${facts!.unsatisfied} of them shorter than ${recipe.minDwell} ms, ${facts!.robots} sessions taken for robots'. Check the column "clicked" (true or 1 is a click) and the recipe's bounds.`,
    )
  const { pairs, examination, moved } = weigh(seen, recipe.clip)
  if (moved < FEW_MOVES)
    progress.say(
      `${file}: only ${(100 * moved).toFixed(1)} % of the impressions are of documents that were shown at several positions of the same query. Position and relevance can hardly be told apart in such a log: the click weights lean on a guess of how attention falls. Shuffle a small share of your result pages.`,
    )
  return { pairs, metrics: { ...facts, badRows: bad, moved: Number(moved.toFixed(4)), examination } }
}

const RULES: readonly (readonly [string, string])[] = [
  [`"query" IS NULL OR trim("query") = ''`, `'query is empty'`],
  [`doc_id IS NULL OR doc_id = ''`, `'doc_id is empty'`],
  [`doc_id NOT IN (SELECT id FROM documents)`, `'doc_id "' || doc_id || '" is not in the corpus'`],
  [`session_id IS NULL OR session_id = ''`, `'session_id is empty'`],
  [
    `coalesce(try_cast("position" AS DOUBLE), 0) < 1 OR try_cast("position" AS INTEGER) IS DISTINCT FROM try_cast("position" AS DOUBLE)`,
    `'position is ' || coalesce("position", 'missing') || '; wanted a whole number from 1'`,
  ],
  [
    `clicked IS NULL OR lower(clicked) NOT IN ('true', 'false', '0', '1')`,
    `'clicked is ' || coalesce(clicked, 'missing') || '; wanted true, false, 0 or 1'`,
  ],
  [
    `try_cast(timestamp AS TIMESTAMP) IS NULL AND try_cast(timestamp AS TIMESTAMPTZ) IS NULL AND try_cast(timestamp AS BIGINT) IS NULL`,
    `'timestamp is ' || coalesce(timestamp, 'missing') || '; wanted ISO 8601 or milliseconds since 1970'`,
  ],
  [
    `dwell_ms IS NOT NULL AND dwell_ms <> '' AND coalesce(try_cast(dwell_ms AS DOUBLE), -1) < 0`,
    `'dwell_ms is ' || dwell_ms || '; wanted milliseconds from 0, or nothing'`,
  ],
]

interface Observed {
  readonly key: string
  readonly text: string
  readonly document: string
  readonly position: number
  readonly impressions: number
  readonly clicks: number
}

/** Learns the propensities and sums each pair's clicks by their inverse. */
function weigh(
  seen: readonly Observed[],
  clip: number,
): { pairs: LoggedPair[]; examination: readonly number[]; moved: number } {
  const index = new Map<string, number>()
  const numbered = seen.map((row) => {
    // the database's lower case and white space are not quite JavaScript's: one of them decides
    const key = normaliseQuery(row.text)
    const name = `${key}\0${row.document}`
    if (!index.has(name)) index.set(name, index.size)
    return { ...row, key, pair: index.get(name)! }
  })
  const { examination, moved } = fitPositionModel(numbered)
  const pairs: LoggedPair[] = []
  for (const { pair, key, text, document, position, impressions, clicks } of numbered) {
    const known = pairs[pair] ?? { key, text, document, clicks: 0, impressions: 0, weight: 0 }
    const weight = clicks * Math.min(clip, 1 / Math.max(1e-6, examination[position - 1]!))
    pairs[pair] = {
      ...known,
      clicks: known.clicks + clicks,
      impressions: known.impressions + impressions,
      weight: known.weight + weight,
    }
  }
  return {
    pairs: pairs.map((pair) => ({ ...pair, weight: pair.weight / pair.impressions })),
    examination: examination.map((value) => Number(value.toFixed(4))),
    moved,
  }
}
