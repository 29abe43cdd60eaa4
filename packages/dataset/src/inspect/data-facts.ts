// The figures of the data page, which describe a log before an hour of training, by SQL over the tables that
// `pairs` has made.
import { type Database, query } from '../database/database.ts'

export interface DataFacts {
  /** queries by how often each was asked: bins of doubling width; `least` is the lower end */
  readonly frequency: readonly { least: number; queries: number; views: number }[]
  /** shares of impressions clicked at a position, raw and corrected for the position */
  readonly positions: readonly { position: number; impressions: number; raw: number; debiased: number }[]
  /**
   * documents whose title and summary are longer than a number of words, and the share of all words after
   * that number
   */
  readonly lengths: readonly { words: number; longer: number; lost: number }[]
  readonly grades: readonly { split: string; grade: number; judgements: number }[]
  readonly splits: readonly { split: string; queries: number; judged: number }[]
}

/** numbers of words that are examined: sequences of 32 to 512 tokens, less the query */
const BUDGETS = [16, 32, 64, 128, 256]

/** @param examination [positions]: examination probability of each */
export async function gatherFacts(
  { connection }: Database,
  examination: readonly number[],
): Promise<DataFacts> {
  const positions = await query<{ position: number; impressions: number; clicks: number }>(
    connection,
    `SELECT position::INTEGER AS position, sum(times)::DOUBLE AS impressions,
      sum(CASE WHEN clicks >> position & 1 = 1 THEN times ELSE 0 END)::DOUBLE AS clicks
    FROM (SELECT times, clicks, unnest(positions) AS position FROM patterns) GROUP BY position ORDER BY position`,
  )
  return {
    frequency: await query(
      connection,
      `SELECT (2 ** bin)::DOUBLE AS least, count(*)::DOUBLE AS queries, sum(times)::DOUBLE AS views
      FROM (SELECT floor(log2(count(*))) AS bin, count(*) AS times FROM views GROUP BY query)
      GROUP BY bin ORDER BY bin`,
    ),
    positions: positions.map(({ position, impressions, clicks }) => ({
      position,
      impressions,
      raw: clicks / impressions,
      debiased: Math.min(1, clicks / impressions / Math.max(1e-3, examination[position - 1] ?? 1)),
    })),
    lengths: await query(
      connection,
      `SELECT words::DOUBLE AS words, avg((length > words)::INTEGER)::DOUBLE AS longer,
        (sum(greatest(0, length - words)) / greatest(1, sum(length)))::DOUBLE AS lost
      FROM (SELECT len(regexp_split_to_array(trim(coalesce(title, '') || ' ' || coalesce(summary, '')), '\\s+')) AS length
        FROM documents), (SELECT unnest([${BUDGETS.join(', ')}]) AS words)
      GROUP BY words ORDER BY words`,
    ),
    grades: await query(
      connection,
      'SELECT split, grade, count(*)::DOUBLE AS judgements FROM judgements GROUP BY split, grade ORDER BY split, grade',
    ),
    splits: await query(
      connection,
      `SELECT split, count(*)::DOUBLE AS queries,
        count(*) FILTER (id IN (SELECT query FROM judgements))::DOUBLE AS judged
      FROM queries GROUP BY split ORDER BY split`,
    ),
  }
}
