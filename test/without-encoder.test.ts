// Where no encoder reads the documents: its stages leave their work out, and the table is the static bi-encoder's own, or is distilled
// from teachers that need no encoder.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { features, heads } from '@disranker/sentence-encoder'
import featuresRecipe from '@disranker/sentence-encoder/recipes/features'
import headsRecipe from '@disranker/sentence-encoder/recipes/heads'
import { table } from '@disranker/student'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs, runTiny } from './tiny/pipeline.ts'
import * as recipes from './tiny/recipes.ts'

let home: string
const at = (stage: string) => join(home, stage)
const read = () => ({ pairs: at('pairs'), pseudo: at('pseudo-queries') })
const teachers = () => ({
  ...read(),
  staticBiEncoder: at('static-bi-encoder'),
  stages: {
    ...{ features: at('features'), heads: at('heads') },
    'static-bi-encoder': at('static-bi-encoder'),
  },
})
const tableOf = (stage: string) => readFileSync(join(at(stage), 'wide.safetensors'))

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'without-encoder-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await runTiny(home, 'pseudo-queries')
  await openBackend('wasm', {})
  await runTiny(home, 'static-bi-encoder')
}, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

it('features and heads leave their work out and say why; the table is taken as it is', async () => {
  const recipe = { ...featuresRecipe, from: false } as const
  const { metrics: left } = await features({ ...read(), out: at('features'), recipe })
  expect(left.leftOut).toMatch(/recipes\/features.ts names no encoder/)
  const folders = { ...read(), features: at('features') }
  const { metrics } = await heads({ ...folders, out: at('heads'), recipe: headsRecipe })
  expect(metrics.leftOut).toMatch(/left no vectors/)
  const { metrics: taken } = await table({ ...teachers(), out: at('table'), recipe: recipes.table })
  expect(taken.taken).toMatch(/the static bi-encoder's own/)
  expect(tableOf('table').equals(tableOf('static-bi-encoder'))).toBe(true)
})

it('the table is distilled from the teachers that its recipe names for this case', async () => {
  const fromScratch = {
    teachers: [{ vectors: 'static-bi-encoder', weight: 1 }],
    ...{ gradesShare: 0.3, pseudoShare: 0.25, steps: 20 },
  }
  const recipe = { ...recipes.table, targets: { ...recipes.table.targets, fromScratch } }
  const { metrics, inputs } = await table({ ...teachers(), out: at('from-scratch'), recipe })
  expect([metrics.taken, metrics.steps]).toEqual([undefined, 20])
  expect(Object.keys(inputs)).toContain('static-bi-encoder')
  expect(tableOf('from-scratch').equals(tableOf('static-bi-encoder'))).toBe(false)
})
