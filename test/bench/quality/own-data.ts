// `npm run bench -- own-data <folder>`: what the default recipes for your own files are worth on a data set, above its first stage, over
// random splits of the queries. The folder has documents, queries and judgements as packages/dataset/in wants them; an encoder is
// found as `npm start` finds it (DISRANKER_MODELS). A query is in the test of some split, so that nothing may be chosen by this.
//   --splits 5 --seeds 3      how many
//   --rows features,heads,table,teacher,served,vectors,static-bi-encoder
//   --shared                  one table a seed for all splits, as it is served, with the row vectors that of the encoder's own vectors, and
//                             no other row: minutes in place of hours
//   --one-student             for the row vectors: one student a seed for all splits, heads and weights a split of their own
//   --curve 25,50             the table with weights from as many judged queries
//   --judged 100              most judged queries that are not test
//   --encoder <model>         a folder or a model of the hub; none: from scratch
//   --change '{"table":{"nearest":8}}'   of recipes, by stage
//   --work <folder>           what is complete there is not made again
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { PairedTest } from '@disranker/ranking'
import { measureSet } from '../../own-data/measure-set.ts'
import { ROWS, type RowName } from '../../own-data/measure-split.ts'
import type { Pooled } from '../../own-data/pool.ts'

const text = { type: 'string' } as const

export async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    options: {
      splits: text,
      seeds: text,
      rows: text,
      judged: text,
      curve: text,
      shared: { type: 'boolean' },
      'one-student': { type: 'boolean' },
      encoder: text,
      change: text,
      work: text,
    },
    allowPositionals: true,
  })
  const [folder] = positionals
  if (folder === undefined) throw new Error('Name a folder with documents, queries and judgements.')
  const input = resolve(process.env.INIT_CWD ?? '.', folder)
  const rows = (values.rows ?? 'features,heads,table').split(',')
  const unknown = rows.filter((row) => !ROWS.includes(row as RowName))
  if (unknown.length > 0)
    throw new Error(`--rows: no row ${unknown.join(', ')}; wanted some of ${ROWS.join(', ')}.`)
  const started = performance.now()
  for await (const { pooled, done, all } of measureSet({
    input,
    work: values.work ?? mkdtempSync(join(tmpdir(), 'own-data-')),
    splits: Number(values.splits ?? 5),
    seeds: Number(values.seeds ?? 3),
    rows: rows as RowName[],
    changes: JSON.parse(values.change ?? '{}'),
    ...(values.judged !== undefined && { judged: Number(values.judged) }),
    ...(values.curve !== undefined && { curve: values.curve.split(',').map(Number) }),
    ...(values.shared && { shared: true }),
    ...(values['one-student'] && { oneStudent: true }),
    ...(values.encoder !== undefined && { encoder: values.encoder }),
  })) {
    const seconds = Math.round((performance.now() - started) / 1000)
    console.log(`\n${done} of ${all} trainings, ${seconds} s`)
    for (const row of pooled) console.log(line(row))
  }
}

function line({ row, queries, ndcg10, mrr10, ndcg10Gain, mrr10Gain, each }: Pooled): string {
  const figures = `${row.padEnd(9)} ${String(queries).padStart(5)} queries  nDCG@10 ${ndcg10.toFixed(4)}  MRR@10 ${mrr10.toFixed(4)}`
  if (ndcg10Gain === undefined || mrr10Gain === undefined) return figures
  const spread = `each ${signed(Math.min(...each))} to ${signed(Math.max(...each))}`
  return `${figures}  above bm25: nDCG@10 ${test(ndcg10Gain)}, ${spread}; MRR@10 ${test(mrr10Gain)}`
}

const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`
const test = ({ value, low, high, p }: PairedTest) =>
  `${signed(value)} [${signed(low)}, ${signed(high)}] p ${p.toFixed(4)}`
