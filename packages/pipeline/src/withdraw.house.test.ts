import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError, recipesOf, type StageDefinition } from '@disranker/stage'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recipesFor } from './choose-recipe.ts'
import { pipeline } from './pipeline.ts'
import { servedStages } from './served-stages.ts'
import { runAnew, withdraw } from './withdraw.ts'

let home: string
const at = ({ name }: Pick<StageDefinition, 'name'>) => join(home, name)
const named = (name: string) => pipeline.find((stage) => stage.name === name)!
const leave = (name: string, text: string) => {
  mkdirSync(join(home, name), { recursive: true })
  writeFileSync(join(home, name, 'index.html'), text)
}
const served = pipeline.slice(
  0,
  pipeline.findIndex(({ name }) => name === 'evaluate'),
)
const checkout = () => ({ stages: pipeline, at, dist: join(home, 'dist'), served })
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'withdraw-'))
  for (const name of ['evaluate', 'dist']) leave(name, 'of the last data')
})
afterEach(() => rmSync(home, { recursive: true }))

describe('after a good run', () => {
  it('data that are refused leave neither a report nor what is served of the data before', async () => {
    const input = join(home, 'in')
    mkdirSync(input)
    writeFileSync(join(input, 'clicks.jsonl'), '{"query": ')
    const refused = runAnew(checkout(), named('pairs'), { ...{ input }, recipe: {} })
    await expect(refused).rejects.toThrow()
    for (const name of ['evaluate', 'dist']) expect(existsSync(join(home, name))).toBe(false)
    expect(readFileSync(join(home, 'dist.stale', 'index.html'), 'utf8')).toBe('of the last data')
  })

  it('a later stage that cannot run withdraws them too', async () => {
    await expect(runAnew(checkout(), named('distil'), {})).rejects.toThrow()
    for (const name of ['evaluate', 'dist']) expect(existsSync(join(home, name))).toBe(false)
  })

  it('a report that cannot be made leaves the last one nowhere; what is served is of a model that is still there', async () => {
    const recipe = { resampling: { samples: 100, seed: 1 } }
    await expect(runAnew(checkout(), named('evaluate'), { recipe })).rejects.toThrow(InputError)
    expect(existsSync(join(home, 'evaluate'))).toBe(false)
    expect(existsSync(join(home, 'dist'))).toBe(true)
  })
})

it('a stage that is complete withdraws nothing: what is served of it may be in use', async () => {
  const recipe = { ...((await recipesOf(named('example'))).own as object) }
  await runAnew(checkout(), named('example'), { recipe })
  expect(existsSync(join(home, 'dist'))).toBe(false)
  for (const name of ['evaluate', 'dist']) leave(name, 'of these data')
  await runAnew(checkout(), named('example'), { recipe })
  for (const name of ['evaluate', 'dist']) expect(existsSync(join(home, name))).toBe(true)
})

it('a baseline that the recipe of a served stage names, and that its result did not read, leaves what is served', async () => {
  const manifest = (name: string, inputs: object) => {
    mkdirSync(at({ name }), { recursive: true })
    writeFileSync(
      join(at({ name }), 'manifest.json'),
      JSON.stringify({ stage: name, inputs, files: {}, metrics: {} }),
    )
  }
  const recipes = await recipesFor(pipeline, true)
  const names = () => servedStages(pipeline, at, recipes).map(({ name }) => name)
  expect(names()).toContain('bag-of-words')
  manifest('table', { pairs: 'a', pseudo: 'b', staticBiEncoder: 'c', features: 'd', heads: 'e' })
  expect(names()).toEqual(
    expect.arrayContaining(['pairs', 'static-bi-encoder', 'heads', 'table', 'score', 'quantize']),
  )
  expect(names()).not.toContain('bag-of-words')
  // a student without a network read no teacher's scores
  manifest('distil', { pairs: 'a', staticBiEncoder: 'f' })
  for (const name of ['score', 'sft', 'cpt']) expect(names()).not.toContain(name)
  const other = { ...checkout(), served: servedStages(pipeline, at, recipes) }
  await expect(runAnew(other, named('bag-of-words'), {})).rejects.toThrow()
  expect(existsSync(join(home, 'dist'))).toBe(true)
})

it('a rest that cannot be added withdraws nothing: what is served of the first part is right without it', async () => {
  mkdirSync(at({ name: 'distil' }))
  const first = { stage: 'distil', inputs: {}, files: {}, metrics: {}, postponed: true }
  writeFileSync(join(at({ name: 'distil' }), 'manifest.json'), JSON.stringify(first))
  await expect(runAnew(checkout(), named('distil'), {})).rejects.toThrow()
  for (const name of ['evaluate', 'dist']) expect(existsSync(join(home, name))).toBe(true)
})

it('keeps the last that was withdrawn, and needs nothing to be there', () => {
  const dist = join(home, 'dist')
  withdraw([dist, join(home, 'nothing')])
  withdraw([dist])
  leave('dist', 'newer')
  withdraw([dist])
  expect(readFileSync(join(home, 'dist.stale', 'index.html'), 'utf8')).toBe('newer')
})
