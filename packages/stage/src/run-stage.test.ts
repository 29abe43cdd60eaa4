import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findManifest, readManifest, sha256, writeManifest } from './folder/manifest.ts'
import { writeWholeFile } from './folder/whole-file.ts'
import { InputError } from './input-error.ts'
import { runStage, type Stage } from './run-stage.ts'

const quiet = { start() {}, update() {}, stop() {}, say() {} }
/** modules of this package, as those of two stages */
const [source, other] = ['input-error.ts', 'folder/whole-file.ts'].map(
  (name) => new URL(name, import.meta.url).href,
) as [string, string]
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

  describe('killed around its finish', () => {
    // what is on the disk after a kill at each step; the run after it must leave the new result and compute nothing
    const made = async (recipe: unknown) => {
      await runStage(stage('made', { recipe, source }))
      return join(home, 'made')
    }
    const fresh = () => stage('one', { recipe: 2, source, run: () => expect.fail('computed again') })
    const moments: Readonly<Record<string, () => Promise<void>>> = {
      async 'the manifest is written'() {
        renameSync(await made(2), join(home, 'one.tmp'))
        mkdirSync(join(home, 'one.tmp', 'scratch'))
        writeFileSync(join(home, 'one.tmp', 'scratch', 'checkpoint'), '')
      },
      async 'the old result has made way'() {
        renameSync(await made(1), join(home, 'one.old'))
        renameSync(await made(2), join(home, 'one.tmp'))
      },
      async 'the new result has taken its place'() {
        renameSync(await made(1), join(home, 'one.old'))
        renameSync(await made(2), join(home, 'one'))
      },
    }
    it.each(Object.keys(moments))('when %s', async (moment) => {
      await moments[moment]!()
      // the identity names the stage, which was called "made" here
      for (const place of ['one', 'one.tmp', 'one.old']) rename(join(home, place))
      const { recipe } = await runStage(fresh())
      expect(recipe).toBe(2)
      expect(readdirSync(home)).toEqual(['one'])
      expect(readdirSync(join(home, 'one'))).toEqual(['manifest.json', 'result.txt'])
    })
    const rename = (folder: string) => {
      const manifest = findManifest(folder)
      if (manifest === undefined) return
      const identity = sha256(JSON.stringify(['one', manifest.recipe, manifest.inputs, manifest.code]))
      writeManifest(folder, { ...manifest, stage: 'one', identity })
    }
  })

  describe('whose basis changes after a kill', () => {
    const lines: string[] = []
    const progress = { ...quiet, say: (line: string) => void lines.push(line) }
    /** Runs until it is killed, with a checkpoint or without; tells what it found. */
    const killed = async (recipe: unknown, checkpoint?: string, source?: string) => {
      let found: string[] = []
      const run: Stage['run'] = async ({ scratch }) => {
        found = readdirSync(scratch).filter((name) => name.startsWith('at-'))
        if (checkpoint !== undefined) writeFileSync(join(scratch, checkpoint), '')
        throw new Error('killed')
      }
      const made = stage('one', { recipe, run, progress, ...(source && { source }) })
      await expect(runStage(made)).rejects.toThrow('killed')
      return found
    }
    beforeEach(() => void lines.splice(0))

    it('says so, and keeps the old checkpoint until there is a new one', async () => {
      await killed(1, 'at-50')
      expect(await killed(2)).toEqual([])
      expect(lines.join()).toMatch(
        /one: the existing checkpoint is of another recipe: the stage starts again.*one\.before/,
      )
      // the recipe is changed back before the new run saved anything
      expect(await killed(1)).toEqual(['at-50'])
      expect(lines.at(-1)).toMatch(/goes back to the checkpoint that was laid aside/)
      await killed(2, 'at-3')
      expect(readdirSync(home)).toEqual(['one.tmp'])
      expect(await killed(1)).toEqual([])
    })

    it('says so when it is the code that changed', async () => {
      await killed(1, 'at-50', source)
      expect(await killed(1, 'at-3', other)).toEqual([])
      expect(lines.join()).toMatch(/one: the existing checkpoint is of other code: the stage starts again/)
    })

    it('writes results again, and keeps none that the killed run left', async () => {
      const half = stage('one', {
        async run({ folder, scratch }) {
          writeFileSync(join(folder, 'of-a-killed-run.txt'), '')
          writeFileSync(join(scratch, 'at-50'), '')
          throw new Error('killed')
        },
      })
      await expect(runStage(half)).rejects.toThrow('killed')
      expect(Object.keys((await runStage(stage('one'))).files)).toEqual(['result.txt'])
    })
  })

  it('does nothing when the same code has already made the same thing', async () => {
    const run = vi.fn(stage('one').run)
    await runStage(stage('one', { run, source }))
    await runStage(stage('one', { run, source }))
    expect(run).toHaveBeenCalledTimes(1)
    // what says nothing of its code is never known to be done
    await runStage(stage('two', { run }))
    await runStage(stage('two', { run }))
    expect(run).toHaveBeenCalledTimes(3)
  })

  it('says why it runs again', async () => {
    const lines: string[] = []
    const progress = { ...quiet, say: (line: string) => void lines.push(line) }
    await runStage(stage('before'))
    const inputs = { before: join(home, 'before') }
    await runStage(stage('one', { source, inputs, recipe: { training: { steps: 1200 }, seed: 1 } }))
    await runStage(stage('before', { run: async () => ({}) }))
    await runStage(
      stage('one', { source: other, inputs, progress, recipe: { training: { steps: 2400 }, seed: 1 } }),
    )
    expect(lines.slice(0, 2)).toEqual([
      'one: runs again. recipe: training.steps 1200 -> 2400',
      'one: runs again. input: before',
    ])
    expect(lines[2]).toMatch(/^one: runs again\. code: .*packages\/stage\/src\/folder\/whole-file\.ts/)
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

  it('comes in parts as well', () => {
    const file = join(home, 'weights')
    writeWholeFile(
      file,
      ['some', ' ', 'parts'].map((text) => Buffer.from(text)),
    )
    expect(readFileSync(file, 'utf8')).toBe('some parts')
  })

  it('leaves the old one when a part cannot be made', () => {
    const file = join(home, 'weights')
    writeWholeFile(file, 'old')
    function* broken() {
      yield Buffer.from('new')
      throw new Error('no more')
    }
    expect(() => writeWholeFile(file, broken())).toThrow('no more')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(home)).toEqual(['weights'])
  })
})
