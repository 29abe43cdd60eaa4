// Summarises a run in three sentences, from the report.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nameOf, plain, plainP, type Report, side, signed } from '@disranker/metrics'

const VERDICT = {
  above: 'significantly above',
  below: 'significantly below',
  level: 'not significantly different from',
} as const

/** @param evaluate folder of the evaluate stage */
export function readReport(evaluate: string): Report | undefined {
  const file = join(evaluate, 'report.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : undefined
}

/** Compares the served model with the first stage; undefined if one of them is not in the report. */
export function summary({ test, simulatedClicks }: Pick<Report, 'test' | 'simulatedClicks'>): string[] {
  const first = test.info.find(({ role }) => role === 'first-stage')?.name
  const served = test.info.find(({ role, name }) => role === 'served' && !name.includes('@'))?.name
  const found = test.differences.find(({ row, baseline }) => row === served && baseline === first)
  if (first === undefined || served === undefined || found === undefined) return []
  const measure = 'ndcg@10'
  const figure = (row: string) => {
    const { value, low, high } = test.rows[row]![measure]
    return `${plain(value)} [${plain(low)}, ${plain(high)}]`
  }
  const gain = found.measures[measure]
  const p = plainP(gain.corrected ?? gain.p)
  const data = simulatedClicks ? 'simulated clicks' : 'your own log'
  return [
    `The model that is served has ${nameOf(measure)} ${figure(served)} on ${test.queries} test queries.`,
    `The first stage, ${first}, has ${figure(first)}.`,
    `The model is ${VERDICT[side(gain)]} it: ${signed(gain.value)} [${signed(gain.low)}, ${signed(gain.high)}], p ${p.startsWith('<') ? p : `= ${p}`}, trained on ${data}.`,
  ]
}
