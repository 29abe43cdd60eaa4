// The arms of a study that start from published weights, on the tiny corpus and tiny checkpoints.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { pipeline } from '@disranker/pipeline'
import { type Manifest, plainProgress, readManifest } from '@disranker/stage'
import type { LabelsRecipe } from '@disranker/student'
import { type BaseRecipes, type StudyRecipe, study } from '@disranker/study'
import biEncoderRecipe from '@disranker/teacher/recipes/bi-encoder'
import { openTensors } from '@disranker/transformer'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { writeTinyBert, writeTinyLlama } from './tiny/checkpoints.ts'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs, recipesByStage, studyStep } from './tiny/pipeline.ts'
import * as tiny from './tiny/recipes.ts'

const home = mkdtempSync(join(tmpdir(), 'study-published-'))
const bert = join(home, 'models', 'bert')
const llama = join(home, 'models', 'llama')
const lengths = { maxLength: 48, maxQuery: 10, maxTitle: 10, maxSummary: 20 }
const training = { ...tiny.sft.training, steps: 6 }
const { vocabulary: _, model: __, ...student } = tiny.labels as Extract<LabelsRecipe, { model: unknown }>
const started = { ...student, init: { from: bert, lengths }, lexicalWeight: 0, staticWeight: 0, seeds: [] }
const { objective } = tiny.distil

const base: BaseRecipes = {
  recipes: {
    ...recipesByStage,
    'bi-encoder': {
      ...biEncoderRecipe,
      ...{ from: bert, queries: 4, lengths: { query: 12, document: 32 }, training: tiny.training(6) },
    },
  },
  pretrained: {
    cpt: {
      seed: 1,
      from: llama,
      lengths,
      batch: 4,
      weakShare: 0.3,
      training: { ...tiny.cpt.training, steps: 6 },
    },
    sft: { ...tiny.sft, training },
    labels: started,
    distil: { ...started, objective },
  },
}

const one = (teacher: object) => ({ teachers: [{ ...teacher, weight: 1 }] })
const recipe: StudyRecipe = {
  seeds: [3],
  resampling: { samples: 300, seed: 7 },
  teachers: {
    encoder: { what: 'a bi-encoder', score: one({ scores: 'bi-encoder' }), needs: 'bi-encoder' },
    both: {
      what: 'static bi-encoder and it',
      score: {
        teachers: [
          { scores: 'static-bi-encoder', weight: 1 },
          { scores: 'bi-encoder', weight: 'auto' },
        ],
      },
      needs: 'bi-encoder',
    },
    decoder: { what: 'LLaMA', start: 'pretrained', score: one({ decoder: 'sft' }), needs: 'decoder' },
    'without CPT': {
      what: 'as it was published',
      start: 'pretrained',
      cpt: 'none',
      score: one({ decoder: 'sft' }),
      needs: 'decoder',
    },
  },
  sections: [
    {
      title: 'Published weights',
      about: 'Trained before.',
      arms: {
        encoder: { what: 'by itself', teacher: 'encoder', ranks: 'teacher' },
        both: { what: 'by themselves', teacher: 'both', ranks: 'teacher' },
        pupil: { what: 'from scratch', teacher: 'both' },
        'started labels': { what: 'from BERT', start: 'pretrained', needs: 'student' },
        'started pupil': { what: 'from BERT', start: 'pretrained', teacher: 'both', needs: 'student' },
        decoder: { what: 'with CPT', teacher: 'decoder', ranks: 'teacher' },
        'without CPT': { what: 'without', teacher: 'without CPT', ranks: 'teacher' },
        'pupil 50 %, all queries': {
          what: 'its teacher too',
          teacher: 'both',
          grades: 0.5,
          student: { groups: { unlabelledShare: 0.5 } },
        },
      },
      compare: [['started pupil', 'started labels']],
      picture: 'grades',
    },
  ],
}
const run = (models: readonly string[], minutes?: number): Promise<Manifest> =>
  study({
    pairs: join(home, 'pairs'),
    steps: join(home, 'steps'),
    out: join(home, 'study'),
    ...{ pipeline, script: studyStep, base },
    recipe,
    models: new Set(models),
    processes: 2,
    progress: plainProgress(() => {}),
    ...(minutes !== undefined && { minutes }),
  })
const step = (name: string) => {
  const found = readdirSync(join(home, 'steps')).find((one) => new RegExp(`^${name}-\\w{12}$`).test(one))
  return join(home, 'steps', found ?? `${name} is missing`)
}

beforeAll(async () => {
  vi.stubEnv('DISRANKER_BACKEND', 'wasm')
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await openBackend('wasm', {})
  writeTinyBert(bert)
  writeTinyLlama(llama)
}, 60_000)
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

it('names the arms whose model is not there, and plans no step for them', async () => {
  const { metrics } = await run(['student'], 0)
  expect(metrics.missing).toEqual(
    expect.arrayContaining([
      'encoder: needs the published bi-encoder (DISRANKER_PRETRAINED)',
      'pupil: needs the published bi-encoder (DISRANKER_PRETRAINED)',
      'decoder: needs the published decoder (DISRANKER_PRETRAINED)',
      'started labels: 0 of 1 seeds ran, then the time was up',
    ]),
  )
  expect(metrics.steps).toBe(1)
})

it('runs them, each from its checkpoint', async () => {
  expect((await run(['bi-encoder', 'student', 'decoder'])).metrics.missing).toEqual([])
  const { sections } = JSON.parse(readFileSync(join(home, 'study', 'study.json'), 'utf8'))
  expect(sections[0].networkOnly.map(({ arm }: { arm: string }) => arm).slice(1)).toEqual(
    Object.keys(recipe.sections[0]!.arms),
  )
  // its part of `both` and the bi-encoder by itself are one training
  expect(
    readdirSync(join(home, 'steps')).filter((name) => /^bi-encoder-\w+-3-\w{12}$/.test(name)),
  ).toHaveLength(1)
  const pupil = readManifest(step('distil-started-pupil-3'))
  expect(pupil.inputs).toMatchObject({ from: expect.any(String), scores: expect.any(String) })
  expect(pupil.inputs).not.toHaveProperty('staticBiEncoder')
  const groups = (readManifest(step('distil-pupil-50-all-queries-3')).recipe as typeof tiny.distil).groups
  expect(groups).toEqual({ ...tiny.distil.groups, unlabelledShare: 0.5 })
}, 240_000)

it('leaves a decoder that is not pre-trained further as it was published', () => {
  const published = openTensors(llama)
  const moved = (folder: string) =>
    Math.max(
      ...[...openTensors(folder)].flatMap(([name, { data }]) => {
        const before = published.get(name)?.data
        return before === undefined
          ? []
          : [Math.max(...data.map((value, at) => Math.abs(value - before[at]!)))]
      }),
    )
  expect(moved(step('cpt-without-CPT-3'))).toBeLessThan(1e-6)
  expect(moved(step('cpt-decoder-3'))).toBeGreaterThan(1e-4)
})
