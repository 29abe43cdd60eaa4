// `npm run bench -- grades [rows ...]`: what derived grades say of planted relevance, by the size of the log, beside the raw
// click-through rate. Kendall's tau-b over the documents that were shown for a query, mean over the queries.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pairs, readQrels } from '@disranker/dataset'
import recipe from '@disranker/dataset/recipes/pairs'
import { drawSvg } from '@disranker/page'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Planted, plantLog } from './planted-log.ts'

export async function run(): Promise<void> {
  const sizes = process.argv.slice(3).map(Number)
  const lines: Line[] = []
  console.log('people             rows       raw click-through   derived grades   click model        seconds')
  for (const people of ['position-based', 'dynamic-bayesian'] as const)
    for (const rows of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000, 10_000_000]) {
      const { raw, derived, model, seconds } = await measure({ rows, people })
      lines.push(
        { people, rows, by: 'raw click-through', tau: raw },
        { people, rows, by: 'derived grades', tau: derived },
      )
      console.log(
        `${people.padEnd(18)} ${String(rows).padEnd(10)} ${raw.toFixed(4).padEnd(19)} ${derived.toFixed(4).padEnd(16)} ${model.padEnd(18)} ${seconds.toFixed(1)}`,
      )
    }
  const file = join(tmpdir(), 'grades.svg')
  writeFileSync(file, await drawTau(lines))
  console.log(`picture: ${file}`)
}

interface Line {
  readonly people: string
  readonly rows: number
  readonly by: string
  readonly tau: number
}

/** Tau by size of the log, a panel for each kind of people; alone in a file, so its colours are its own. */
async function drawTau(lines: readonly Line[]): Promise<string> {
  const svg = await drawSvg(
    {
      data: { values: [...lines] },
      facet: { column: { field: 'people', type: 'nominal', title: null } },
      spec: {
        width: 280,
        height: 180,
        mark: { type: 'line', point: true },
        encoding: {
          x: {
            field: 'rows',
            type: 'quantitative',
            scale: { type: 'log' },
            axis: { title: 'rows of the log', format: '~s', tickCount: 4 },
          },
          y: { field: 'tau', type: 'quantitative', axis: { title: "Kendall's tau-b", tickCount: 5 } },
          color: {
            field: 'by',
            type: 'nominal',
            scale: { range: ['#1f5fbf', '#8a8a83'] },
            legend: { title: null },
          },
        },
      },
    },
    "Kendall's tau of grades with planted relevance, by size of the log",
  )
  // alone in a file: colours of its own, and no roles that only a page's reader makes use of
  return svg
    .replace(/ (role="graphics-\w+"|aria-roledescription="[^"]*")/g, '')
    .replace(/var\(--\w+\)/g, '#62625c')
    .replace('style="', 'style="background:#fff;')
}

async function measure(planted: Planted) {
  const home = mkdtempSync(join(tmpdir(), 'grades-'))
  const log = console.log
  try {
    const truth = await plantLog(home, planted)

    const began = performance.now()
    console.log = () => {}
    const write = process.stdout.write
    process.stdout.write = () => true
    const manifest = await pairs({
      input: home,
      out: join(home, 'out'),
      recipe: { ...recipe, splits: { ...recipe.splits, by: 'hash' } },
    }).finally(() => {
      console.log = log
      process.stdout.write = write
    })
    const seconds = (performance.now() - began) / 1000
    const rates = await clickThrough(join(home, 'clicks.parquet'))
    const grades = new Map<string, number>()
    for (const split of ['train', 'validation', 'test'])
      for (const [, documents] of readQrels(join(home, 'out', `qrels.${split}.txt`)))
        for (const [document, grade] of documents) grades.set(document, grade)
    const mean = (value: (document: string) => number) => {
      const queries = Map.groupBy(rates.keys(), (document) => document.split('-')[0]!)
      let sum = 0
      for (const documents of queries.values())
        sum += kendallTau(
          documents.map((document) => truth.get(document)!),
          documents.map(value),
        )
      return sum / queries.size
    }
    return {
      raw: mean((document) => rates.get(document)!),
      derived: mean((document) => grades.get(document) ?? 0),
      model: (manifest.metrics.clickModel as { name: string }).name,
      seconds,
    }
  } finally {
    rmSync(home, { recursive: true })
  }
}

async function clickThrough(file: string): Promise<Map<string, number>> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = await connection.runAndReadAll(
    `SELECT doc_id, avg(clicked::INTEGER) AS rate FROM '${file}' GROUP BY doc_id ORDER BY doc_id`,
  )
  const rates = new Map(rows.getRowsJS().map(([document, rate]) => [document as string, rate as number]))
  connection.closeSync()
  instance.closeSync()
  return rates
}

/** Kendall's tau-b (Kendall 1945): concordant minus discordant pairs, through what ties leave; 0 where one side is all ties. */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let balance = 0
  let inA = 0
  let inB = 0
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++) {
      const x = Math.sign(a[i]! - a[j]!)
      const y = Math.sign(b[i]! - b[j]!)
      balance += x * y
      inA += x * x
      inB += y * y
    }
  return inA === 0 || inB === 0 ? 0 : balance / Math.sqrt(inA * inB)
}
