// `npm run bench -- grades [rows ...]`: what derived grades say of planted relevance, by the size of the log, beside the raw
// click-through rate. Kendall's tau-b over the documents that were shown for a query, mean over the queries.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pairs, readQrels } from '@disranker/dataset'
import recipe from '@disranker/dataset/recipes/pairs'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Planted, plantLog } from './planted-log.ts'

export async function run(): Promise<void> {
  const sizes = process.argv.slice(3).map(Number)
  const lines: object[] = []
  console.log('people             rows       raw click-through   derived grades   click model        seconds')
  for (const people of ['position-based', 'dynamic-bayesian'] as const)
    for (const rows of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000, 10_000_000]) {
      const { raw, derived, model, seconds } = await measure({ rows, people })
      lines.push({ people, rows, 'raw click-through': raw, 'derived grades': derived })
      console.log(
        `${people.padEnd(18)} ${String(rows).padEnd(10)} ${raw.toFixed(4).padEnd(19)} ${derived.toFixed(4).padEnd(16)} ${model.padEnd(18)} ${seconds.toFixed(1)}`,
      )
    }
  console.log(JSON.stringify(lines))
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
