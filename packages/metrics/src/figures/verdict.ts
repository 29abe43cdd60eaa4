// Decides whether the served model may be bundled. Not if it ranks below the first stage, because the search
// is then better without it. If the queries are too few to decide, a figure below the first stage requires a
// person's decision.
import { side } from './figures.ts'
import { MAIN_MEASURES, type MeasureName, type Table } from './table.ts'

export interface ServedBelow {
  readonly row: string
  readonly measures: readonly MeasureName[]
}

export interface Verdict {
  /** false: `bundle` refuses, unless the recipe overrides it */
  readonly bundled: boolean
  /** served rows that are significantly below the first stage, with the measures */
  readonly below: readonly ServedBelow[]
  /**
   * rows whose figure is below, with too few queries to decide, and that are significantly above in no
   * measure
   */
  readonly undecided: readonly ServedBelow[]
  /** false when nothing is served: `quantize` wrote no model */
  readonly served: boolean
}

export interface Insistence {
  /** bundles a model that is significantly below */
  readonly below: boolean
  /** bundles a model that is below with too few queries to decide */
  readonly undecided: boolean
}

/** Judges every served row by its difference from the first stage, on held-out queries. */
export function judgeServed({ info, differences }: Table, insist: Insistence): Verdict {
  const first = info.find(({ role }) => role === 'first-stage')?.name
  const served = info.filter(({ role, name }) => role === 'served' && !name.includes('@'))
  const below: ServedBelow[] = []
  const undecided: ServedBelow[] = []
  for (const { name: row } of served) {
    const found = differences.find((one) => one.row === row && one.baseline === first)
    if (found === undefined) continue
    const measures = (is: (measure: (typeof MAIN_MEASURES)[number]) => boolean) => MAIN_MEASURES.filter(is)
    const sideOf = (measure: MeasureName) => side(found.measures[measure])
    const worse = measures((measure) => sideOf(measure) === 'below')
    const lower = measures((measure) => sideOf(measure) === 'level' && found.measures[measure].value < 0)
    if (worse.length > 0) below.push({ row, measures: worse })
    else if (lower.length > 0 && !MAIN_MEASURES.some((measure) => sideOf(measure) === 'above'))
      undecided.push({ row, measures: lower })
  }
  const refused =
    (below.length > 0 && !insist.below) || (undecided.length > 0 && !insist.below && !insist.undecided)
  return { bundled: served.length > 0 && !refused, below, undecided, served: served.length > 0 }
}
