// `npm run bench -- grades [rows or rows/queries ...]`: compares derived grades with planted relevance, by
// the size of the log, next to the raw click-through rate. Two measures over the documents that were shown
// for a query, mean over the queries: Kendall's tau-b, in which separating documents of equal planted grade
// is an error, and the share of document pairs of different planted grade that are in the right order, with
// ties as half.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readQrels } from '@disranker/dataset'
import { pairs } from '@disranker/dataset/pairs'
import recipe from '@disranker/dataset/recipes/pairs'
import { colors, drawSvg, standaloneSvg } from '@disranker/page'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Planted, plantLog } from './planted-log.ts'

/** number of logs of each size: small ones differ by chance */
const LOGS = (rows: number) => (rows <= 10_000 ? 10 : rows <= 100_000 ? 4 : 1)

/** rows, and queries where they are not those of planted-log.ts */
const SIZES: readonly number[][] = [[10_000], [100_000], [1_000_000], [10_000_000]]

export async function run(): Promise<void> {
  const sizes = process.argv.slice(3).map((size) => size.split('/').map(Number))
  const lines: Line[] = []
  console.log(
    'people             rows       logs  tau-b raw  grades  difference          in order raw  grades  click model',
  )
  for (const people of ['position-based', 'dynamic-bayesian'] as const)
    for (const [rows, asked] of sizes.length > 0 ? sizes : SIZES) {
      const logs = LOGS(rows!)
      const queries: PerQuery[] = []
      const models: string[] = []
      for (let seed = 0; seed < logs; seed++) {
        const measured = await measure({ rows: rows!, people, seed, ...(asked && { queries: asked }) })
        queries.push(...measured.queries)
        models.push(measured.model)
      }
      const mean = (value: (query: PerQuery) => number) =>
        queries.reduce((sum, query) => sum + value(query), 0) / queries.length
      const difference = mean(({ tau }) => tau.grades - tau.raw)
      const spread = Math.sqrt(mean(({ tau }) => (tau.grades - tau.raw - difference) ** 2) / queries.length)
      const [raw, grades] = [mean(({ tau }) => tau.raw), mean(({ tau }) => tau.grades)]
      lines.push(
        { people, rows: rows!, by: 'raw click-through', tau: raw },
        { people, rows: rows!, by: 'derived grades', tau: grades },
      )
      const digits = (value: number) => value.toFixed(4)
      console.log(
        `${people.padEnd(18)} ${`${rows}${asked ? `/${asked}` : ''}`.padEnd(10)} ${String(logs).padEnd(5)} ${digits(raw).padEnd(10)} ${digits(grades).padEnd(7)} ` +
          `${`${digits(difference)} +- ${digits(1.96 * spread)}`.padEnd(19)} ${digits(mean(({ order }) => order.raw)).padEnd(13)} ` +
          `${digits(mean(({ order }) => order.grades)).padEnd(7)} ${[...new Set(models)].join(', ')}`,
      )
    }
  const file = join(tmpdir(), 'grades.svg')
  writeFileSync(file, await drawTau(lines))
  console.log(`picture: ${file}`)
}

/** of one query, by the click-through rate and by the grades */
interface PerQuery {
  readonly tau: { readonly raw: number; readonly grades: number }
  readonly order: { readonly raw: number; readonly grades: number }
}

interface Line {
  readonly people: string
  readonly rows: number
  readonly by: string
  readonly tau: number
}

/** Tau by size of the log, a panel for each kind of people. */
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
            scale: { range: [colors.accent, colors.quiet] },
            legend: { title: null },
          },
        },
      },
    },
    "Kendall's tau of grades with planted relevance, by size of the log",
  )
  return standaloneSvg(svg)
}

async function measure(planted: Planted) {
  const home = mkdtempSync(join(tmpdir(), 'grades-'))
  const log = console.log
  try {
    const truth = await plantLog(home, planted)
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
    const rates = await clickThrough(join(home, 'clicks.parquet'))
    const grades = new Map<string, number>()
    for (const split of ['train', 'validation', 'test'])
      for (const [, documents] of readQrels(join(home, 'out', `qrels.${split}.txt`)))
        for (const [document, grade] of documents) grades.set(document, grade)
    const queries = Map.groupBy(rates.keys(), (document) => document.split('-')[0]!)
    return {
      queries: Array.from(queries.values(), (documents): PerQuery => {
        const planted = documents.map((document) => truth.get(document)!)
        const raw = agreement(
          planted,
          documents.map((document) => rates.get(document)!),
        )
        const derived = agreement(
          planted,
          documents.map((document) => grades.get(document) ?? 0),
        )
        return {
          tau: { raw: raw.tau, grades: derived.tau },
          order: { raw: raw.order, grades: derived.order },
        }
      }),
      model: (manifest.metrics.clickModel as { name: string }).name,
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

/**
 * Kendall's tau-b (Kendall 1945): concordant minus discordant pairs, through what ties leave; 0 where one side is all ties.
 * Order: the share of the pairs unlike in `truth` that are concordant, ties half.
 */
export function agreement(truth: readonly number[], other: readonly number[]) {
  let balance = 0
  let inTruth = 0
  let inOther = 0
  for (let i = 0; i < truth.length; i++)
    for (let j = 0; j < i; j++) {
      const x = Math.sign(truth[i]! - truth[j]!)
      const y = Math.sign(other[i]! - other[j]!)
      balance += x * y
      inTruth += x * x
      inOther += y * y
    }
  return {
    tau: inTruth === 0 || inOther === 0 ? 0 : balance / Math.sqrt(inTruth * inOther),
    order: inTruth === 0 ? 0.5 : (1 + balance / inTruth) / 2,
  }
}
