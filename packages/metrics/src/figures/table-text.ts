// The table as lines of text, for the terminal: MRR and nDCG with their intervals.
import { nameOf, withInterval } from './figures.ts'
import { MAIN_MEASURES, type Table } from './table.ts'

/** One line a row, below a line of heads. */
export function tableText({ split, queries, rows }: Table): string[] {
  const heads = [`${split}, ${queries} queries`, ...MAIN_MEASURES.map(nameOf)]
  const lines = Object.entries(rows).map(([row, figures]) => [
    row,
    ...MAIN_MEASURES.map((measure) => withInterval(figures[measure])),
  ])
  const table = [heads, ...lines]
  const widths = heads.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)))
  return table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]! + 3))
      .join('')
      .trimEnd(),
  )
}
