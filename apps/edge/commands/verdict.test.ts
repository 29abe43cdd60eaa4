import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkVerdict } from './verdict.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'verdict-'))
  mkdirSync(join(home, 'quantize'))
  write('quantize/manifest.json', { content: 'this' })
})
afterEach(() => rmSync(home, { recursive: true }))
const write = (name: string, value: unknown) => writeFileSync(join(home, name), JSON.stringify(value))
const check = () => checkVerdict(join(home, 'evaluate'), join(home, 'quantize'))
const report = (bundled: boolean, content = 'this') => {
  mkdirSync(join(home, 'evaluate'))
  write('evaluate/manifest.json', { inputs: { quantize: content } })
  write('evaluate/report.json', { verdict: { bundled }, sentences: ['student_int8 ranks below bm25.'] })
}

it('lets a model through that nothing speaks against', () => {
  check()
  report(true)
  check()
})

it('refuses one that ranks below the first stage, and says how to insist', () => {
  report(false)
  expect(check).toThrow(
    /^student_int8 ranks below bm25\.\nTo bundle it all the same, set bundleBelowFirstStage/,
  )
})

it('refuses the report of another model', () => {
  report(true, 'other')
  expect(check).toThrow(/of another model/)
})
