import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkVerdict } from './verdict.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'verdict-'))
  for (const name of ['quantize', 'pairs']) mkdirSync(join(home, name))
  write('quantize/manifest.json', { content: 'this', inputs: { pairs: 'these' } })
  write('pairs/manifest.json', { content: 'these' })
})
afterEach(() => rmSync(home, { recursive: true }))
const write = (name: string, value: unknown) => writeFileSync(join(home, name), JSON.stringify(value))
const check = () =>
  checkVerdict({
    pairs: join(home, 'pairs'),
    quantize: join(home, 'quantize'),
    evaluate: join(home, 'evaluate'),
  })
const report = (bundled: boolean, content = 'this', verdict = {}) => {
  mkdirSync(join(home, 'evaluate'))
  write('evaluate/manifest.json', { inputs: { quantize: content } })
  write('evaluate/report.json', {
    verdict: { bundled, ...verdict },
    sentences: ['student_int8 ranks below bm25.'],
  })
}

it('lets a model through that its report lets through', () => {
  report(true)
  check()
})

it('refuses one without a report, which a run that was killed or refused has withdrawn', () => {
  expect(check).toThrow(/evaluate is not complete\. Run "npx turbo run train"/)
})

it('refuses one of the data before', () => {
  report(true)
  write('pairs/manifest.json', { content: 'others' })
  expect(check).toThrow(/quantize is of other data than .*pairs\. Run "npx turbo run train"/)
})

it('refuses one that ranks below the first stage, and says how to insist', () => {
  report(false, 'this', { below: [{ row: 'student_int8' }] })
  expect(check).toThrow(
    /^student_int8 ranks below bm25\.\nTo bundle it all the same, set bundleBelowFirstStage/,
  )
})

it('says how to insist where queries are too few to tell', () => {
  report(false, 'this', { below: [], undecided: [{ row: 'student_int8' }] })
  expect(check).toThrow(/set bundleUndecided: true/)
})

it('says where the reason stands when nothing is served', () => {
  report(false, 'this', { served: false, below: [] })
  expect(check).toThrow(/The reason is in the report after "Missing"/)
})

it('refuses the report of another model', () => {
  report(true, 'other')
  expect(check).toThrow(/of another model/)
})

it('says why quantize left no model', () => {
  write('quantize/manifest.json', {
    content: 'this',
    inputs: { pairs: 'these' },
    metrics: { leftOut: 'int8 ranks worse' },
  })
  expect(check).toThrow('There is no model to bundle: int8 ranks worse.')
})
