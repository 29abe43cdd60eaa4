import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findManifest, findStage, recipesOf, writeManifest } from '@disranker/stage'
import { afterEach, expect, it, vi } from 'vitest'
import { chooseRecipe } from './choose-recipe.ts'
import { pipeline } from './pipeline.ts'

afterEach(() => vi.unstubAllEnvs())

/** A complete folder of the pairs stage. */
function pairsFolder(simulatedClicks: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), 'pairs-'))
  const about = { stage: 'pairs', identity: '', content: '', recipe: {}, inputs: {}, code: '', seconds: 0 }
  writeManifest(folder, { ...about, metrics: { simulatedClicks }, files: {} })
  return folder
}

it('takes what the pairs stage reads for its own', async () => {
  const stage = findStage(pipeline, 'pairs')
  const { own, example } = await recipesOf(stage)
  const folder = pairsFolder(true)
  writeManifest(folder, { ...findManifest(folder)!, stage: 'example', metrics: {} })
  expect(await chooseRecipe(stage, folder)).toBe(example)
  expect(await chooseRecipe(stage, mkdtempSync(join(tmpdir(), 'own-')))).toBe(own)
  expect(example).toMatchObject({ words: { analyzer: 'porter' } })
})

it.each([
  ['sft', undefined, false, 'own'],
  ['sft', undefined, true, 'example'],
  ['sft', '', true, 'example'],
  // anything that is asked for means the teacher's own recipe for published weights
  ['sft', 'bi-encoder', true, 'pretrained'],
  // a student of published weights must be asked for by its role
  ['distil', 'bi-encoder', true, 'example'],
  ['distil', 'bi-encoder,student', true, 'pretrained'],
  ['quantize', 'bi-encoder,student', true, 'own'],
] as const)(
  '%s, with %s asked for, on simulated clicks %s: its %s recipe',
  async (name, asked, simulated, wanted) => {
    vi.stubEnv('DISRANKER_PRETRAINED', asked)
    const stage = findStage(pipeline, name)
    expect(await chooseRecipe(stage, pairsFolder(simulated))).toBe((await recipesOf(stage))[wanted])
  },
)

it.each([
  [undefined, true],
  [undefined, false],
  ['features', true],
  ['features', false],
] as const)(
  'with %s asked for, on simulated clicks %s: table and student have one vocabulary',
  async (asked, simulated) => {
    vi.stubEnv('DISRANKER_PRETRAINED', asked)
    const folder = pairsFolder(simulated)
    const tokens = async (name: string) => {
      const { vocabulary } = (await chooseRecipe(findStage(pipeline, name), folder)) as {
        vocabulary: { form: unknown; size: unknown; exactMatch: unknown }
      }
      return [vocabulary.form, vocabulary.size, vocabulary.exactMatch]
    }
    expect(await tokens('table')).toEqual(await tokens('distil'))
  },
)
