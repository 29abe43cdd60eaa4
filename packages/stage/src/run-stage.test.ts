import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InputError } from './input-error.ts'
import { findManifest, readManifest } from './manifest.ts'
import { runStage, type Stage } from './run-stage.ts'
import { writeWholeFile } from './whole-file.ts'

const quiet = { start() {}, update() {}, stop() {}, say() {} }
let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stage-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

function stage(name: string, part: Partial<Stage> = {}): Stage {
  return {
    name,
    out: join(home, name),
    inputs: {},
    recipe: { answer: 42 },
    progress: quiet,
    async run({ folder }) {
      writeFileSync(join(folder, 'result.txt'), name)
      return { score: 1 }
    },
    ...part,
  }
}

describe('a stage', () => {
  it('leaves a folder whose manifest names every file with its hash', async () => {
    const manifest = await runStage(stage('one'))
    // echo -n one | sha256sum
    const sha256 = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed'
    expect(manifest.files).toEqual({ 'result.txt': { bytes: 3, sha256 } })
    expect(findManifest(join(home, 'one'))).toEqual(manifest)
    expect(manifest.metrics).toEqual({ score: 1 })
    expect(readdirSync(home)).toEqual(['one'])
  })

  it('names what its inputs hold, so that a changed input changes its identity', async () => {
    const first = await runStage(stage('one'))
    const second = await runStage(stage('two', { inputs: { one: join(home, 'one') } }))
    expect(second.inputs).toEqual({ one: first.content })
  })

  it('refuses an input that is missing, incomplete or changed, and says how to make it', async () => {
    const two = stage('two', { inputs: { one: join(home, 'one') } })
    await expect(runStage(two)).rejects.toThrow(/has no manifest.*npx turbo run one/)
    await runStage(stage('one'))
    writeFileSync(join(home, 'one', 'result.txt'), 'longer than before')
    await expect(runStage(two)).rejects.toThrow(/18 bytes, its manifest says 3/)
    rmSync(join(home, 'one', 'result.txt'))
    await expect(runStage(two)).rejects.toThrow(/result.txt is missing/)
  })

  it('keeps the old result and leaves nothing that looks whole when it fails', async () => {
    const before = await runStage(stage('one'))
    const broken = stage('one', {
      recipe: { answer: 43 },
      async run({ folder }) {
        writeFileSync(join(folder, 'half.txt'), 'ha')
        throw new Error('power cut')
      },
    })
    await expect(runStage(broken)).rejects.toThrow('power cut')
    expect(readManifest(join(home, 'one'))).toEqual(before)
    expect(findManifest(join(home, 'one.tmp'))).toBeUndefined()
  })

  it('goes on in the work folder of a killed run, and only when recipe and inputs are the same', async () => {
    const seen: string[][] = []
    const part = (fail: boolean, recipe: unknown): Stage =>
      stage('one', {
        recipe,
        async run({ folder, scratch }) {
          seen.push(readdirSync(scratch).filter((name) => name.startsWith('shard')))
          writeFileSync(join(scratch, `shard-${seen.length}`), '')
          if (fail) throw new Error('killed')
          writeFileSync(join(folder, 'result.txt'), 'done')
          return {}
        },
      })
    await expect(runStage(part(true, 1))).rejects.toThrow()
    await expect(runStage(part(true, 1))).rejects.toThrow()
    await expect(runStage(part(true, 2))).rejects.toThrow()
    await runStage(part(false, 2))
    expect(seen).toEqual([[], ['shard-1'], [], ['shard-3']])
    expect(readdirSync(join(home, 'one'))).toEqual(['manifest.json', 'result.txt'])
  })

  it('does nothing when the same code has already made the same thing', async () => {
    vi.stubEnv('TURBO_HASH', 'abc')
    const run = vi.fn(stage('one').run)
    await runStage(stage('one', { run }))
    await runStage(stage('one', { run }))
    expect(run).toHaveBeenCalledTimes(1)
    vi.stubEnv('TURBO_HASH', 'def')
    await runStage(stage('one', { run }))
    expect(run).toHaveBeenCalledTimes(2)
  })

  it.runIf(existsSync('/dev/full'))(
    'says that the disk is full, with the real error of the system',
    async () => {
      const full = stage('one', {
        async run({ folder }) {
          symlinkSync('/dev/full', join(folder, 'weights.part'))
          writeWholeFile(join(folder, 'weights'), 'x'.repeat(10_000))
          return {}
        },
      })
      const error = await runStage(full).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(InputError)
      expect(String(error)).toMatch(/the disk is full.*run the same command again/)
      expect(existsSync(join(home, 'one'))).toBe(false)
    },
  )
})

describe('a whole file', () => {
  it('replaces the old one at once and leaves no temporary file', () => {
    const file = join(home, 'weights')
    writeWholeFile(file, 'old')
    writeWholeFile(file, new Uint8Array([110, 101, 119]))
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(readdirSync(home)).toEqual(['weights'])
  })
})
