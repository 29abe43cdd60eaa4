// May the served model be served? Not when it ranks below the first stage beyond chance: the search is then better
// without it.
import { side } from './figures.ts'
import { MAIN_MEASURES, type MeasureName, type Table } from './table.ts'

export interface Verdict {
  /** false: `bundle` refuses, unless the recipe insists */
  readonly bundled: boolean
  /** rows that are served and lie below the first stage, with the measures in which they do */
  readonly below: readonly { readonly row: string; readonly measures: readonly MeasureName[] }[]
}

/** Judges every row that is served by its difference from the first stage, on the split that nothing was chosen on. */
export function judgeServed({ info, differences }: Table, insist: boolean): Verdict {
  const first = info.find(({ role }) => role === 'first-stage')?.name
  const served = info.filter(({ role, name }) => role === 'served' && !name.includes('@'))
  const below = served.flatMap(({ name }) => {
    const found = differences.find(({ row, baseline }) => row === name && baseline === first)
    const measures = MAIN_MEASURES.filter((measure) => found && side(found.measures[measure]) === 'below')
    return measures.length > 0 ? [{ row: name, measures }] : []
  })
  return { bundled: insist || below.length === 0, below }
}
