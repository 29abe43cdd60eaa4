// The stages on a student of random weights: what they leave, and that the gate holds.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Run, readRun, type Scored, writeQrels, writeRun } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { loadReranker } from '@disranker/reranker'
import { runStage } from '@disranker/stage'
import { writeModelFolder } from '@disranker/transformer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOCUMENTS, tinyStudent } from '../testing/tiny-student.ts'
import { buildBundle, readBundle } from './bundle.ts'
import { convert } from './convert.ts'
import type { ActivationScales } from './graph/int8-graph.ts'
import { quantize } from './quantize.ts'

const home = mkdtempSync(join(tmpdir(), 'quantize-'))
const at = (name: string) => join(home, name)
const documents = DOCUMENTS.map(({ title = '', summary = '' }, index) => ({
  id: `d${index}`,
  title,
  summary,
}))
const distinct = (['train', 'validation', 'test'] as const).flatMap((split) =>
  documents.map(({ title, summary }, index) => ({
    id: `${split}${index}`,
    text: `${split} ${title} ${summary.slice(-20)}`,
    split,
  })),
)
// two queries may have one text, and need not stand side by side
const twin = { ...distinct.find(({ id }) => id === 'test2')!, id: 'twin' }
const queries = [...distinct, twin]
const folders = { student: at('distil'), converted: at('convert'), pairs: at('pairs'), out: at('quantize') }

beforeAll(async () => {
  await openBackend('cpu')
  await runStage({
    name: 'distil',
    out: folders.student,
    inputs: {},
    recipe: {},
    async run({ folder }) {
      const student = tinyStudent()
      writeModelFolder(folder, student)
      mkdirSync(join(folder, 'runs'))
      writeRun(join(folder, 'runs', 'validation.run'), await trainedRun(student), 'distil')
      return {}
    },
  })
  await leavePairs(folders.pairs, (_, index) => `d${index}`)
  await convert({ student: folders.student, out: folders.converted })
})
/** @param right the relevant document of a query */
function leavePairs(out: string, right: (query: string, index: number) => string) {
  return runStage({
    name: 'pairs',
    out,
    inputs: {},
    recipe: {},
    async run({ folder }) {
      mkdirSync(folder, { recursive: true })
      const lines = (name: string, rows: readonly unknown[]) =>
        writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      lines('documents.jsonl', documents)
      lines('queries.jsonl', queries)
      lines('clicks.jsonl', [])
      for (const split of ['train', 'validation', 'test', 'weak'] as const) {
        const own = queries.filter((query) => query.split === split)
        writeQrels(
          join(folder, `qrels.${split}.txt`),
          new Map(own.map(({ id }, index) => [id, new Map([[right(id, index), 3]])])),
        )
        const run = new Map(
          own.map(({ id }) => [
            id,
            documents.map(({ id: document }, position) => ({ document, score: -position })),
          ]),
        )
        writeRun(join(folder, `candidates.${split}.run`), run, 'bm25')
      }
      return {}
    },
  })
}
/** A student with one feature that is far larger than the others, as pre-trained models have: a byte leaves the rest a few steps. */
function tallStudent() {
  const student = tinyStudent()
  for (const [name, { data, shape }] of student.tensors)
    if (/LayerNorm\.bias$/.test(name)) data[0] = 1000
    else if (/(query|key|value|intermediate\.dense)\.weight$/.test(name))
      for (let row = 0; row < shape[0]!; row++) data[row * shape[1]!] = 0
    else if (/layer\.\d+\..*LayerNorm\.weight$/.test(name)) data.fill(180, 1)
  // by its network alone
  const { encoding } = student.config.disranker as { encoding: object }
  return { ...student, config: { ...student.config, disranker: { encoding } } }
}
/** What the student stage leaves: its own scores, in float32. */
async function trainedRun(student: ReturnType<typeof tinyStudent>): Promise<Run> {
  const reranker = await loadReranker(buildBundle({ ...student, precision: 'fp32' }))
  const run = new Map<string, Scored[]>()
  for (const { id, text } of queries.filter(({ split }) => split === 'validation')) {
    const scores = await reranker.score(text, documents)
    run.set(
      id,
      documents
        .map(({ id: document }, index) => ({ document, score: scores[index]! }))
        .sort((a, b) => b.score - a.score),
    )
  }
  await reranker.dispose()
  return run
}
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('quantize', () => {
  it('leaves its work out when int8 orders documents otherwise, and says why', async () => {
    // bytes never order all documents as floats do
    const recipe = { calibrationPairs: 20, maxLoss: 0.2, minAgreement: 1 }
    const { metrics } = await quantize({ ...folders, recipe })
    expect(metrics.leftOut).toMatch(
      /^int8 orders documents otherwise than float32: Kendall's tau 0\.\d+ on validation, and the recipe wants 1 \(minAgreement\)\. Raise/,
    )
    expect(readdirSync(folders.out)).toEqual(['manifest.json'])
  })

  it('leaves a bundle that serves the very scores of its run', async () => {
    const manifest = await quantize({ ...folders, recipe: { calibrationPairs: 20, maxLoss: 0.2 } })
    expect(readdirSync(folders.out).sort()).toEqual(['bundle', 'manifest.json', 'ranked.json', 'runs'])
    expect(manifest.metrics).toMatchObject({ validation_ndcg10_fp32: expect.any(Number) })
    const reranker = await loadReranker(readBundle(join(folders.out, 'bundle')))
    const run = readRun(join(folders.out, 'runs', 'test.run'))
    const query = queries.find(({ id }) => id === 'test4')!
    const { results } = await reranker.rank(query.text, documents)
    const ranked = run.get('test4')!
    expect(ranked.map(({ document }) => document)).toEqual(results.map(({ index }) => `d${index}`))
    for (const [position, { score }] of ranked.entries())
      expect(score).toBeCloseTo(results[position]!.score, 4)
    expect(run.size).toBe(11)
    expect(run.get('twin')).toEqual(run.get('test2'))
    const { known } = reranker.config.disranker
    expect(known!.query).toBe(known!.document.title)
    expect((await reranker.score(known!.query, [known!.document]))[0]).toBe(known!.score)
    await reranker.dispose()
  })

  it('takes seven bits where they pass a gate of their own, else bytes', async () => {
    const mostOf = async (minAgreement: number) => {
      const recipe = { calibrationPairs: 20, maxLoss: 0.2, sevenBits: { maxLoss: 0.2, minAgreement } }
      const { metrics } = await quantize({ ...folders, out: at(`seven-${minAgreement}`), recipe })
      return Object.values(metrics.activationScales as ActivationScales).map(({ most = 255 }) => most)
    }
    expect(new Set(await mostOf(0.5))).toEqual(new Set([127]))
    // seven bits never order all documents as floats do
    expect(new Set(await mostOf(1))).toEqual(new Set([255]))
  })

  it('measures the second way to quantise by its own graph, and takes it where one byte is too coarse', async () => {
    const student = tallStudent()
    const run = await trainedRun(student)
    const tall = {
      student: at('tall'),
      converted: at('tall-converted'),
      pairs: at('tall-pairs'),
      out: at('tall-quantized'),
    }
    // right is what the network itself finds best
    await leavePairs(tall.pairs, (query) => run.get(query)?.[0]?.document ?? 'd0')
    await runStage({
      ...{ name: 'distil', out: tall.student, inputs: {}, recipe: {} },
      async run({ folder }) {
        writeModelFolder(folder, student)
        mkdirSync(join(folder, 'runs'))
        writeRun(join(folder, 'runs', 'validation.run'), run, 'distil')
        return {}
      },
    })
    await convert({ student: tall.student, out: tall.converted })
    const { metrics } = await quantize({
      ...tall,
      recipe: { calibrationPairs: 20, maxLoss: 0.01, minAgreement: 0.8 },
    })
    const scales = Object.values(metrics.activationScales as Record<string, { fine?: boolean }>)
    expect(scales.every(({ fine }) => fine)).toBe(true)
    expect(metrics.validation_ndcg10_int8).toBeGreaterThan(Number(metrics.validation_ndcg10_fp32) - 0.01)
  })

  it('refuses a converted model that is not the student', async () => {
    const other = at('other')
    await runStage({
      name: 'distil',
      out: other,
      inputs: {},
      recipe: {},
      async run({ folder }) {
        writeModelFolder(folder, tinyStudent({ tall: 5 }))
        return {}
      },
    })
    await convert({ student: other, out: at('other-converted') })
    const mixed = { ...folders, converted: at('other-converted'), out: at('mixed') }
    await expect(quantize({ ...mixed, recipe: { calibrationPairs: 20, maxLoss: 0.2 } })).rejects.toThrow(
      /The converted model scores document .* the trained student as/,
    )
    expect(existsSync(at('mixed'))).toBe(false)
  })

  it('makes the same bytes again', async () => {
    const again = await quantize({
      ...folders,
      out: at('again'),
      recipe: { calibrationPairs: 20, maxLoss: 0.2 },
    })
    expect(readBundle(join(at('again'), 'bundle'))).toEqual(readBundle(join(folders.out, 'bundle')))
    expect(Object.keys(again.files)).toContain('runs/validation.run')
  })

  it('stops when it is told to', async () => {
    const recipe = { calibrationPairs: 20, maxLoss: 0.2 }
    await expect(
      quantize({ ...folders, out: at('stopped'), recipe, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(existsSync(at('stopped'))).toBe(false)
  })
})
