// The first query of the page: of the validation queries that the model improves, the one whose gain is
// nearest to the median gain. So the page shows a typical gain, chosen by a rule and on validation, not on
// test.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExampleQuery } from '../../page/example.ts'

/** number of documents that count in a list */
const K = 10

export interface Opening {
  /** folder of the pairs stage */
  readonly pairs: string
  /** folder of the runs of the served model */
  readonly runs: string
  /** maximal characters of a query on the page */
  readonly longest: number
  /** its texts, by id */
  readonly texts: ReadonlyMap<string, string>
  /** graded documents by query */
  readonly grades: ReadonlyMap<string, Readonly<Record<string, number>>>
}

/** @returns undefined if there are no runs, or no query improves */
export function openingQuery({ pairs, runs, longest, texts, grades }: Opening): ExampleQuery | undefined {
  const [before, after] = [join(pairs, 'first-stage.validation.run'), join(runs, 'validation.run')].map(
    readRun,
  )
  if (before === undefined || after === undefined) return undefined
  const gains = [...grades].flatMap(([id, graded]) => {
    const [first, served] = [before.get(id), after.get(id)]
    if (first === undefined || served === undefined) return []
    return [{ id, gain: ndcg(served, graded) - ndcg(first, graded) }]
  })
  const better = gains.filter(({ gain }) => gain > 0).sort((a, b) => a.gain - b.gain)
  if (better.length === 0) return undefined
  const worse = gains.filter(({ gain }) => gain < 0).length
  const half = better.length >> 1
  const median =
    better.length % 2 === 1 ? better[half]!.gain : (better[half - 1]!.gain + better[half]!.gain) / 2
  const apart = ({ gain }: { readonly gain: number }) => Math.abs(gain - median)
  const fits = better.filter(({ id }) => (texts.get(id)?.length ?? Number.POSITIVE_INFINITY) <= longest)
  if (fits.length === 0) return undefined
  const { id, gain } = fits.reduce((best, one) => (apart(one) < apart(best) ? one : best))
  const share = (count: number) => `${Math.round((100 * count) / gains.length)} %`
  return {
    id,
    text: texts.get(id)!,
    grades: grades.get(id)!,
    note: `A typical gain: of ${gains.length} validation queries ${share(better.length)} improve and ${share(worse)} worsen; this one (+${gain.toFixed(2)} nDCG@10) is nearest to the median of the improved.`,
  }
}

/** nDCG@10 with gains 2^grade - 1, the ideal over all graded documents, as in the report. */
function ndcg(documents: readonly string[], grades: Readonly<Record<string, number>>): number {
  const sum = (list: readonly number[]) =>
    list.slice(0, K).reduce((total, grade, at) => total + (2 ** grade - 1) / Math.log2(at + 2), 0)
  const ideal = sum(Object.values(grades).sort((a, b) => b - a))
  return ideal === 0 ? 0 : sum(documents.slice(0, K).map((id) => grades[id] ?? 0)) / ideal
}

/** TREC: query Q0 document rank score tag. Documents by query, the best first. */
function readRun(file: string): Map<string, string[]> | undefined {
  if (!existsSync(file)) return undefined
  const rows = new Map<string, { readonly document: string; readonly rank: number }[]>()
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [query, , document, rank] = line.split(/\s+/)
    if (query === undefined || document === undefined) continue
    const found = rows.get(query)
    if (found === undefined) rows.set(query, [{ document, rank: Number(rank) }])
    else found.push({ document, rank: Number(rank) })
  }
  return new Map(
    [...rows].map(([query, list]) => [
      query,
      list.sort((a, b) => a.rank - b.rank).map(({ document }) => document),
    ]),
  )
}
