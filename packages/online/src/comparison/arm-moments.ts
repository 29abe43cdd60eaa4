// The moments of every arm, computed in the database: it returns a few numbers for each arm, for any number
// of users.
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Metric } from '../recorded/metrics.ts'
import type { Moments } from './moments.ts'

/** Moments of [numerator, denominator, numerator before, denominator before] of each arm; needs the tables of `unitTables`. */
export async function armMoments(
  connection: DuckDBConnection,
  { numerator, denominator }: Metric,
): Promise<ReadonlyMap<string, Moments>> {
  const columns = ['x', 'y', 'x0', 'y0']
  const pairs = columns.flatMap((row, at) => columns.slice(at).map((column) => [row, column] as const))
  const triples = pairs.flatMap(([a, b]) => columns.slice(columns.indexOf(b)).map((c) => [a, b, c] as const))
  // a unit without searches before the start gets the mean of the others, so that it changes nothing
  const sql = `
WITH known AS (SELECT client, (${numerator})::DOUBLE AS x0, (${denominator})::DOUBLE AS y0 FROM before),
middle AS (SELECT coalesce(avg(x0), 0) AS x0, coalesce(avg(y0), 1) AS y0 FROM known),
measured AS (
  SELECT arm, (${numerator})::DOUBLE AS x, (${denominator})::DOUBLE AS y,
    coalesce(known.x0, middle.x0) AS x0, coalesce(known.y0, middle.y0) AS y0
  FROM units CROSS JOIN middle LEFT JOIN known USING (client) WHERE arms = 1
)
SELECT arm, count(*)::DOUBLE AS n, ${columns.map((column) => `avg(${column}) AS mean_${column}`).join(', ')},
  ${pairs.map(([row, column]) => `covar_pop(${row}, ${column}) AS ${row}_${column}`).join(', ')},
  ${triples.map((three) => `sum(${three.join(' * ')}) AS ${three.join('_')}`).join(', ')}
FROM measured GROUP BY arm`
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS() as Record<string, number>[]
  return new Map(
    rows.map((row) => {
      const n = row.n!
      const deviations = new Float64Array(columns.length ** 2)
      for (const [a, b] of pairs) {
        const [i, j] = [columns.indexOf(a), columns.indexOf(b)]
        deviations[i * columns.length + j] = deviations[j * columns.length + i] = n * row[`${a}_${b}`]!
      }
      const means = Float64Array.from(columns, (column) => row[`mean_${column}`]!)
      const sorted = (three: readonly number[]) => three.toSorted((a, b) => a - b).map((at) => columns[at])
      const size = columns.length
      const thirds = Float64Array.from({ length: size ** 3 }, (_, at) => {
        const three = [Math.floor(at / size ** 2), Math.floor(at / size) % size, at % size]
        return row[sorted(three).join('_')]!
      })
      return [String(row.arm), { n, means, deviations, thirds }]
    }),
  )
}
