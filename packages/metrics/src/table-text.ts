// The table as lines of text, for the terminal: MRR and nDCG with their intervals.
import { nameOf, plain } from './sentences.ts'
import type { Table } from './table.ts'

const SHOWN = ['mrr@10', 'ndcg@10'] as const

/** One line a row, below a line of heads. */
export function tableText({ split, queries, rows }: Table): string[] {
  const heads = [`${split}, ${queries} queries`, ...SHOWN.map(nameOf)]
  const lines = Object.entries(rows).map(([row, figures]) => [
    row,
    ...SHOWN.map((measure) => {
      const { value, low, high } = figures[measure]
      return `${plain(value)} [${plain(low)}, ${plain(high)}]`
    }),
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
