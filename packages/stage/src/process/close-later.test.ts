import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runStage } from '../run-stage.ts'

const quiet = { start() {}, update() {}, stop() {}, say() {} }
let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stage-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

it('closes what a stage opened, whether its work ends well or not', async () => {
  const closed: string[] = []
  const run = (name: string, fails: boolean) =>
    runStage({
      name,
      out: join(home, name),
      inputs: {},
      recipe: {},
      progress: quiet,
      async run({ closeLater }) {
        closeLater({ close: () => closed.push(name) })
        if (fails) throw new RangeError('broken')
        return { closed: closed.length }
      },
    })
  expect((await run('one', false)).metrics).toEqual({ closed: 0 })
  await expect(run('two', true)).rejects.toThrow('broken')
  expect(closed).toEqual(['one', 'two'])
})
