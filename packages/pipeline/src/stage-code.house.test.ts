// Which stages a change of code runs again: those that reach it, and no others. A study asks the same code about its steps.
import { type Code, codeOf, moduleOf } from '@disranker/stage'
import { beforeAll, expect, it } from 'vitest'
import { pipeline } from './pipeline.ts'

const codes = new Map<string, Code>()
beforeAll(async () => {
  for (const stage of pipeline) codes.set(stage.name, await codeOf(moduleOf(stage)))
}, 60_000)
const reaching = (path: string) =>
  [...codes].filter(([, code]) => code[`packages/${path}`] !== undefined).map(([name]) => name)

it.each([
  // losses: what learns from groups of documents
  ['training/src/losses/hybrid.ts', ['sft', 'bi-encoder', 'labels', 'distil']],
  // servers that are asked
  ['scorers/src/served/apis.ts', ['score']],
  // the look of a page
  ['page/src/page.ts', ['pairs', 'evaluate', 'experiment']],
  // SQL, by the modules that name it; files with a teacher's scores are tables, too
  ['dataset/src/log/sql/views.sql', ['pairs']],
  ['dataset/src/first-stage/imported-scores.sql', ['score']],
  // a module of a thread
  ['student/src/network/student-thread.ts', ['labels', 'distil']],
  // a frozen decoder is read by features
  ['transformer/src/architectures/llama/llama.ts', ['features', 'cpt', 'sft', 'score', 'labels', 'distil']],
] as const)('a change of %s runs %j again', (path, stages) => {
  expect(reaching(path)).toEqual(stages)
})

it('a change of the compiled kernels runs again what computes with tensors', () => {
  const training = reaching('engine/src/backends/kernels.wasm')
  expect(training).toEqual(expect.arrayContaining(['cpt', 'sft', 'static-bi-encoder', 'labels', 'distil']))
  for (const name of ['example', 'pairs', 'convert', 'quantize', 'evaluate'])
    expect(training).not.toContain(name)
})

it('every stage has the version of what it imports, and no test', () => {
  for (const [name, code] of codes) {
    expect(Object.keys(code).length, name).toBeGreaterThan(10)
    expect(Object.values(code), name).not.toContain('not installed')
    expect(Object.keys(code).filter((path) => path.includes('.test.'))).toEqual([])
  }
  expect(codes.get('distil')!['@tensorflow/tfjs']).toMatch(/^\d+\.\d+\.\d+$/)
  // of the recipe of a stage its values count, not its file
  expect(Object.keys(codes.get('distil')!).filter((path) => path.includes('/recipes/'))).toEqual([])
})

it('reading what the pairs stage left needs no DuckDB', async () => {
  const index = new URL('../../dataset/src/index.ts', import.meta.url).href
  expect(Object.keys(await codeOf(index)).filter((path) => path.includes('duckdb'))).toEqual([])
  expect(codes.get('pairs')).toHaveProperty(['@duckdb/node-api'])
})
