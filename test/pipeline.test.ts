// All stages in process, on tiny recipes and a synthetic corpus, from a click log to a ranking by the int8 bundle.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPairs, readRun } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { evaluate, type Report } from '@disranker/metrics'
import { readBundle } from '@disranker/onnx'
import { pipeline } from '@disranker/pipeline'
import { readRanked } from '@disranker/ranking'
import { loadReranker } from '@disranker/reranker'
import { findManifest, findStage, runDefined } from '@disranker/stage'
import { bagOfWords, readStudent } from '@disranker/student'
import { score } from '@disranker/teacher'
import type { StepRecord } from '@disranker/training'
import { createStaticScore, scorePairs } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { queries, writeCorpus } from './tiny/corpus.ts'
import { finish, makePairs, recipesByStage, train } from './tiny/pipeline.ts'
import * as recipes from './tiny/recipes.ts'

let home: string
let tensors: { before: number; after: number }

beforeAll(async () => {
  // on all cores, as a person runs it; other tests take one
  vi.stubEnv('DISRANKER_THREADS', undefined)
  home = mkdtempSync(join(tmpdir(), 'pipeline-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await openBackend('wasm', {})
  const before = tf.memory().numTensors
  await train(home)
  tensors = { before, after: tf.memory().numTensors }
  await finish(home)
}, 300_000)
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

it('leaves every folder complete and nothing half-made', () => {
  for (const stage of [
    'pairs',
    'cpt',
    'sft',
    'bi-encoder',
    'score',
    'labels',
    'distil',
    'bag-of-words',
    'static-bi-encoder',
    'convert',
    'quantize',
    'evaluate',
  ]) {
    expect(findManifest(join(home, stage))?.stage, stage).toBe(stage)
    expect(existsSync(join(home, `${stage}.tmp`)), stage).toBe(false)
  }
})

it('leaves no tensor over', () => {
  expect(tensors.after).toBe(tensors.before)
})

it('scores every candidate with the teacher and ranks every test query with the students', () => {
  const pairs = readPairs(join(home, 'pairs'))
  for (const split of ['train', 'validation', 'test', 'weak'] as const) {
    const candidates = pairs.candidates(split)
    const scored = readRun(join(home, 'score', 'scores', `${split}.run`))
    expect([...scored.keys()].sort()).toEqual([...candidates.keys()].sort())
    for (const [query, rows] of candidates)
      expect(new Set(scored.get(query)!.map(({ document }) => document))).toEqual(
        new Set(rows.map(({ document }) => document)),
      )
  }
  const tests = queries.filter(({ split }) => split === 'test').length
  for (const stage of ['labels', 'distil', 'bag-of-words', 'static-bi-encoder', 'quantize'])
    expect(readRun(join(home, stage, 'runs', 'test.run')).size).toBe(tests)
})

it('leaves what was measured on the way, the best weights, and figures that TensorBoard reads', () => {
  for (const stage of ['cpt', 'sft', 'distil']) {
    const lines = readFileSync(join(home, stage, 'curve.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
    const history = lines.map((line) => JSON.parse(line) as StepRecord)
    const measured = history.filter((record) => record.measured)
    expect(measured.length, stage).toBeGreaterThan(1)
    const best = Math.max(...measured.map((record) => record.measured!.quality))
    const first = measured.find((record) => record.measured!.quality === best)!.step
    expect(existsSync(join(home, stage, 'checkpoints', `step-${first}.safetensors`)), stage).toBe(true)
    const events = readdirSync(join(home, stage, 'tensorboard', stage))
    expect(events, stage).toEqual(['events.out.tfevents.0.disranker'])
  }
  expect(existsSync(join(home, 'labels', 'checkpoints'))).toBe(false)
})

it('reports every row with intervals', () => {
  const report = JSON.parse(readFileSync(join(home, 'evaluate', 'report.json'), 'utf8')) as Report
  expect(Object.keys(report.test.rows).filter((row) => !row.endsWith('_network'))).toEqual([
    'bm25',
    'bag_of_words',
    'static_bi_encoder',
    'teacher_sft',
    'teacher',
    'student_labels',
    'student',
    'student_int8',
  ])
  for (const row of Object.values(report.test.rows))
    for (const measure of ['mrr@10', 'ndcg@10', 'pnr'] as const) {
      const { value, low, high } = row[measure]
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
    }
  expect(report.sentences.join(' ')).toMatch(/Best in MRR@10/)
  expect(report.test.spreads.map(({ row, seeds }) => [row, seeds])).toEqual([
    ['bag_of_words', [14]],
    ['static_bi_encoder', [16, 26]],
    ['teacher_sft', [12]],
    ['student_labels', [13]],
  ])
  expect(readFileSync(join(home, 'evaluate', 'report.html'), 'utf8').match(/<svg/g)).toHaveLength(3)
})

it.each(['score', 'distil'])('%s leaves in two runs what it leaves in one', async (name) => {
  const at = (stage: { readonly name: string }) =>
    join(home, stage.name === name ? 'postponed' : '', stage.name)
  const run = (postpone: boolean) =>
    runDefined(pipeline, findStage(pipeline, name), at, { recipe: recipesByStage[name], postpone })
  const whole = findManifest(join(home, name))!
  const first = await run(true)
  expect(first.files['runs/test.run']).toBeUndefined()
  // a student learns from these alone
  if (name === 'score') expect(Object.keys(first.files)).toEqual(['scores/train.run', 'scores/weak.run'])
  expect(first.content).toBe(whole.content)
  const { files, metrics } = await run(false)
  expect({ files, metrics }).toEqual({ files: whole.files, metrics: whole.metrics })
})

it('ranks by a decoder alone, and by its other seed together with it', async () => {
  const stages = { sft: join(home, 'sft') }
  const recipe = { ...recipes.score, teachers: [{ decoder: 'sft', weight: 1 }] as const }
  const kept = join(home, 'kept-alone')
  const options = { pairs: join(home, 'pairs'), stages, out: join(home, 'score-alone'), kept, recipe }
  await score({ ...options, postpone: true })
  const [scores] = readdirSync(join(kept, 'scores'))
  // no weight is chosen, so that validation is for the report, too
  expect(readdirSync(join(kept, 'scores', scores!, 'scores'))).toEqual(['train.run', 'weak.run'])
  await score(options)
  expect(readRanked(join(home, 'score-alone'))).toMatchObject({ row: 'teacher', seeds: [12], parts: [] })
  const [first, other] = ['runs', 'runs/seed-12'].map((runs) => [
    ...readRun(join(home, 'score-alone', runs, 'test.run')),
  ])
  expect(other!.map(([query]) => query)).toEqual(first!.map(([query]) => query))
  expect(other).not.toEqual(first)
})

it('goes on without the bag of words when the corpus is too large for them', async () => {
  const folder = (name: string) => join(home, name)
  const recipe = { ...recipes.bagOfWords, maxDocuments: 10 }
  const { metrics } = await bagOfWords({ pairs: folder('pairs'), out: folder('left-out'), recipe })
  expect(metrics.leftOut).toMatch(/^120 documents are more than/)
  await evaluate({
    pairs: folder('pairs'),
    stages: { 'bag-of-words': folder('left-out'), distil: folder('distil') },
    out: folder('evaluate-without'),
    recipe: recipes.evaluate,
  })
  const report = JSON.parse(readFileSync(join(folder('evaluate-without'), 'report.json'), 'utf8')) as Report
  expect(Object.keys(report.test.rows).filter((row) => !row.endsWith('_network'))).toEqual([
    'bm25',
    'student',
  ])
  expect(report.missing.join(', ')).toMatch(/bag-of-words \(120 documents are more than/)
})

describe('parity', () => {
  const query = 'red light for a kitchen'
  const documents = () => [...readPairs(join(home, 'pairs')).documents].slice(0, 30)

  it('TensorFlow.js and float32 ONNX agree within 1e-4', async () => {
    const { encoder, pairEncoder, config, staticBiEncoder } = readStudent(join(home, 'distil'))
    const staticScore = createStaticScore(staticBiEncoder!)
    const encoded = documents().map((document) => pairEncoder.encode(query, document))
    const logits = scorePairs(encoder, encoded)
    const { lexicalWeight, wideWeight: staticWeight = 0 } = config.disranker.score
    expect(staticWeight).toBeGreaterThan(0)
    const expected = encoded.map(
      (pair, i) => logits[i]! + lexicalWeight * pair.overlap + staticWeight * staticScore(pair),
    )
    encoder.dispose()
    const reranker = await loadReranker(readBundle(join(home, 'convert', 'bundle')))
    const scores = await reranker.score(query, documents())
    await reranker.dispose()
    for (const [i, score] of scores.entries()) expect(Math.abs(score - expected[i]!)).toBeLessThan(1e-4)
  })

  it.each(['convert', 'quantize'])('a score of %s does not depend on the batch', async (stage) => {
    const bundle = readBundle(join(home, stage, 'bundle'))
    const reranker = await loadReranker(bundle)
    const among = await reranker.score(query, documents())
    for (const [i, document] of documents().entries()) {
      const [alone] = await reranker.score(query, [document])
      expect(Math.abs(alone! - among[i]!)).toBeLessThan(1e-4)
    }
    await reranker.dispose()
  })
})
