// A stage whose result comes in two parts: what others read first, what the report alone reads in a later run.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { findManifest } from './folder/manifest.ts'
import { beforeWork, runStage, type Stage, type Work } from './run-stage.ts'

let home = ''
const parts: Work['part'][] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'postpone-'))
  parts.splice(0)
})
afterEach(() => {
  beforeWork(() => {})
  rmSync(home, { recursive: true, force: true })
})

const stage = (name: string, part: Partial<Stage> = {}): Stage => ({
  name,
  out: join(home, name),
  inputs: {},
  recipe: {},
  source: import.meta.url,
  progress: { start() {}, update() {}, stop() {}, say() {} },
  mayPostpone: (path) => path.endsWith('test.run'),
  async run({ folder, part }) {
    parts.push(part)
    if (part !== 'rest') writeFileSync(join(folder, 'model'), 'weights')
    if (part !== 'first')
      writeFileSync(join(folder, 'test.run'), `by ${readFileSync(join(folder, 'model'), 'utf8')}`)
    return part === 'rest' ? { tested: true } : { trained: true, ...(part === 'all' && { tested: true }) }
  },
  ...part,
})
const files = () => readdirSync(join(home, 'one')).sort()

it('leaves in two runs what it leaves in one, known by the same content from the first on', async () => {
  const first = await runStage(stage('one', { postpone: true }))
  expect(first.postponed).toBe(true)
  expect(files()).toEqual(['manifest.json', 'model'])
  const rest = await runStage(stage('one'))
  expect(rest.postponed).toBeUndefined()
  expect(files()).toEqual(['manifest.json', 'model', 'test.run'])
  rmSync(join(home, 'one'), { recursive: true })
  const whole = await runStage(stage('one'))
  expect([first.content, rest.content]).toEqual([whole.content, whole.content])
  expect(rest).toEqual({ ...whole, seconds: first.seconds })
  expect(parts).toEqual(['first', 'rest', 'all'])
})

it('computes nothing that is there', async () => {
  await runStage(stage('one', { postpone: true }))
  await runStage(stage('one', { postpone: true }))
  expect(parts).toEqual(['first'])
  await runStage(stage('one'))
  await runStage(stage('one'))
  // the rest is there, so nothing is left to postpone
  await runStage(stage('one', { postpone: true }))
  expect(parts).toEqual(['first', 'rest'])
})

it('makes all of it for another recipe, and without files that may be postponed', async () => {
  await runStage(stage('one', { postpone: true }))
  await runStage(stage('one', { recipe: { steps: 2 } }))
  const { mayPostpone: _, ...plain } = stage('two', { postpone: true })
  expect((await runStage(plain)).postponed).toBeUndefined()
  expect(parts).toEqual(['first', 'all', 'all'])
})

it('keeps the first part when the rest is stopped, and resumes it', async () => {
  const first = await runStage(stage('one', { postpone: true }))
  const run: Stage['run'] = async ({ scratch }) => {
    writeFileSync(join(scratch, 'shard-1'), '')
    throw new Error('stopped')
  }
  await expect(runStage(stage('one', { run }))).rejects.toThrow('stopped')
  expect(findManifest(join(home, 'one'))).toEqual(first)
  const found: string[] = []
  const { run: whole } = stage('one')
  const again = (work: Work) => {
    found.push(...readdirSync(work.scratch))
    return whole(work)
  }
  await runStage(stage('one', { run: again }))
  expect(found).toContain('shard-1')
  expect(files()).toEqual(['manifest.json', 'model', 'test.run'])
})

it('withdraws nothing for the rest: what was made of the first part stays right', async () => {
  const listener = vi.fn()
  beforeWork(listener)
  await runStage(stage('one', { postpone: true }))
  expect(listener).toHaveBeenCalledTimes(1)
  await runStage(stage('one'))
  expect(listener).toHaveBeenCalledTimes(1)
})
