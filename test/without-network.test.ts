// A student whose network adds nothing: from the decision to the bundle that is served, with its report, on the tiny corpus.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPairs, readRun } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { evaluate } from '@disranker/metrics'
import { readBundle } from '@disranker/onnx'
import { studentFiles } from '@disranker/onnx/push/hub-files'
import { isEarned } from '@disranker/ranking'
import { loadReranker } from '@disranker/reranker'
import featuresRecipe from '@disranker/sentence-encoder/recipes/features'
import { type Manifest, runStage } from '@disranker/stage'
import { distil, table } from '@disranker/student'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyBert } from './tiny/checkpoints.ts'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs, runTiny } from './tiny/pipeline.ts'
import * as recipes from './tiny/recipes.ts'

let home: string
const at = (stage: string) => join(home, stage)
const { seeds: _, int8Share: __, ...plain } = recipes.distil
let made: Manifest
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'without-network-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await openBackend('wasm', {})
  writeTinyBert(join(home, 'bert'))
  await runTiny(home, 'pseudo-queries')
  const lengths = { query: 24, document: 48 }
  await runTiny(home, 'features', { ...featuresRecipe, from: join(home, 'bert'), lengths })
  const nothing = { out: at('nothing'), inputs: {}, recipe: {} }
  await runStage({ name: 'static-bi-encoder', ...nothing, run: async () => ({ leftOut: 'not needed' }) })
  const few = { teachers: [{ vectors: 'features', weight: 1 }], gradesShare: 0, pseudoShare: 1 }
  await table({
    ...{ pairs: at('pairs'), pseudo: at('pseudo-queries'), staticBiEncoder: at('nothing') },
    ...{ stages: { features: at('features') }, out: at('table') },
    recipe: { ...recipes.table, targets: { few, many: few }, lexicalWeight: 'search' },
  })
  // no teacher's scores are needed: there is no such folder
  made = await distil({
    ...{ pairs: at('pairs'), scores: at('score'), staticBiEncoder: at('table'), out: at('distil') },
    recipe: { ...plain, network: 'earned' },
  })
  for (const stage of ['convert', 'quantize']) await runTiny(home, stage)
}, 240_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

it('is not trained where few queries are judged and the table has learned from no grade: the table ranks', () => {
  expect(made.metrics.networkLeftOut).toMatch(/^few train queries are judged/)
  const [student, wordTable] = ['distil', 'table'].map((stage) =>
    readRun(join(at(stage), 'runs', 'test.run')),
  )
  for (const [id, rows] of wordTable!)
    expect(student!.get(id)!.map(({ document }) => document)).toEqual(rows.map(({ document }) => document))
})

it('is served from a bundle without a network, in the order of its report, and says why', async () => {
  const bundle = readBundle(join(at('quantize'), 'bundle'))
  // rows of 16 features in a byte each, with a scale: nothing else
  const tokens = JSON.parse(new TextDecoder().decode(bundle['config.json'])).vocab_size
  expect(bundle['model.onnx.data']!.byteLength).toBeLessThan(tokens * (16 + 4) + 1000)
  const [reranker, onnx] = await Promise.all([
    loadReranker(bundle),
    loadReranker(bundle, { engine: 'onnxruntime' }),
  ])
  expect(reranker.engine).toBe('table')
  expect(reranker.config.disranker.network!.leftOut).toBe(made.metrics.networkLeftOut)
  const pairs = readPairs(at('pairs'))
  const [id, rows] = [...readRun(join(at('quantize'), 'runs', 'test.run'))][0]!
  const { text } = pairs.queries.get(id)!
  const documents = rows.map(({ document }) => pairs.documents.get(document)!)
  const scores = await reranker.score(text, documents)
  for (const [at, { score }] of rows.entries()) expect(scores[at]).toBeCloseTo(score, 4)
  for (const [at, score] of (await onnx.score(text, documents)).entries())
    expect(score).toBeCloseTo(scores[at]!, 4)
  const { known } = reranker.config.disranker
  expect((await reranker.score(known!.query, [known!.document]))[0]).toBe(known!.score)
  await Promise.all([reranker.dispose(), onnx.dispose()])
})

it('is a row without a variant of its network, with a sentence that says why', async () => {
  const stages = { table: at('table'), distil: at('distil'), quantize: at('quantize') }
  await evaluate({ pairs: at('pairs'), stages, out: at('evaluate'), recipe: recipes.evaluate })
  const report = JSON.parse(readFileSync(join(at('evaluate'), 'report.json'), 'utf8'))
  expect(Object.keys(report.test.rows)).toEqual(expect.arrayContaining(['student', 'student_int8']))
  expect(Object.keys(report.test.rows).filter((row) => /_network$/.test(row))).toEqual(['table_network'])
  expect(JSON.stringify(report)).toContain(
    "student and student_int8 have no network, the static bi-encoder's cosine is the logit: few train queries are judged",
  )
})

it('is measured on all judged queries, each by a weight that was chosen without it', () => {
  const { crossFitted, test, sentences } = JSON.parse(
    readFileSync(join(at('evaluate'), 'report.json'), 'utf8'),
  )
  const pairs = readPairs(at('pairs'))
  const judged = [...pairs.queries].filter(
    ({ id, split }) =>
      split !== 'weak' && [...(pairs.judgements.get(id)?.values() ?? [])].some((grade) => grade > 0),
  )
  expect(crossFitted.queries).toBe(judged.length)
  expect(crossFitted.queries).toBeGreaterThan(2 * test.queries)
  expect(Object.keys(crossFitted.rows)).toEqual(['bm25', 'table', 'student', 'student_int8'])
  expect(sentences.join(' ')).toContain(`on all ${judged.length} judged queries`)
  // int8 ranks as float32 does, fold by fold
  const { 'ndcg@10': int8 } = crossFitted.rows.student_int8
  expect(int8.value).toBeCloseTo(crossFitted.rows.student['ndcg@10'].value, 1)
  // every run holds the documents of the first stage, no more and no less
  const run = readRun(join(at('quantize'), 'runs', 'cross-fitted.run'))
  for (const split of ['train', 'validation', 'test'] as const)
    for (const [id, rows] of pairs.firstStage(split))
      if (run.has(id))
        expect(
          run
            .get(id)!
            .map(({ document }) => document)
            .sort(),
        ).toEqual(rows.map(({ document }) => document).sort())
})

it('is no model for other libraries, so that a push is refused', async () => {
  const folders = { student: at('distil'), converted: at('convert'), quantized: at('quantize') }
  await expect(studentFiles(folders)).rejects.toThrow(/has no network, which is what other libraries load/)
})

it('is left out after training where it adds no more than its standard error', async () => {
  await runTiny(home, 'score', { ...recipes.score, teachers: [{ scores: 'features', weight: 1 }] })
  const learned = await runStage({
    ...{ name: 'table', out: at('learned'), inputs: { table: at('table') }, recipe: {} },
    async run({ folder }) {
      const { cpSync } = await import('node:fs')
      for (const file of ['wide.safetensors', 'tokenizer.json', 'config.json'])
        cpSync(join(at('table'), file), join(folder, file))
      return { learned: true }
    },
  })
  expect(learned.metrics.learned).toBe(true)
  const { metrics } = await distil({
    ...{ pairs: at('pairs'), scores: at('score'), staticBiEncoder: at('learned'), out: at('noise') },
    // a network of one step ranks by noise
    recipe: { ...plain, network: 'earned', training: recipes.training(1) },
  })
  expect(metrics.networkLeftOut).toMatch(
    /^by cross-validation on \d+ judged queries the network adds [+-]0\.\d{4} nDCG@10 \[.*\], no more than its standard error$/,
  )
  expect(metrics.withNetwork).toMatchObject({ steps: 1 })
})

it('stays where it adds more', () => {
  const adds = (value: number) => ({ value, low: value - 0.0196, high: value + 0.0196, p: 0.5 })
  expect(isEarned(adds(0.0101))).toBe(true)
  expect(isEarned(adds(0.0099))).toBe(false)
  expect(isEarned(adds(-0.02))).toBe(false)
})
