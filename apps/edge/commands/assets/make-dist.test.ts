import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeDist } from './make-dist.ts'

let home: string
const at = (name: string) => join(home, name)
const write = (folder: string, file: string, value: unknown) => {
  mkdirSync(at(folder), { recursive: true })
  writeFileSync(join(at(folder), file), JSON.stringify(value))
}
const make = () =>
  makeDist({
    quantize: at('quantize'),
    pairs: at('pairs'),
    evaluate: at('evaluate'),
    example: at('example'),
    out: at('dist'),
  })
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dist-'))
  // what the model before left
  write('dist', 'models.json', {})
  write('quantize', 'manifest.json', { content: 'this', inputs: { pairs: 'these' } })
  write('pairs', 'manifest.json', { content: 'these' })
})
afterEach(() => rmSync(home, { recursive: true }))

it('a model that is refused does not leave the one before to be served', async () => {
  write('evaluate', 'manifest.json', { inputs: { quantize: 'this' } })
  write('evaluate', 'report.json', {
    verdict: { bundled: false, below: [{}] },
    sentences: ['int8 is below.'],
  })
  await expect(make()).rejects.toThrow(/int8 is below\./)
  expect(existsSync(at('dist'))).toBe(false)
  expect(existsSync(join(at('dist.stale'), 'models.json'))).toBe(true)
})

it('nor does one that quantize left out, or that is not there', async () => {
  write('quantize', 'manifest.json', {
    content: 'this',
    inputs: { pairs: 'these' },
    metrics: { leftOut: 'int8 ranks worse' },
  })
  await expect(make()).rejects.toThrow(/There is no model to bundle: int8 ranks worse/)
  expect(existsSync(at('dist'))).toBe(false)
  write('dist', 'models.json', {})
  rmSync(at('quantize'), { recursive: true })
  await expect(make()).rejects.toThrow(/is not complete/)
  expect(existsSync(at('dist'))).toBe(false)
})

it('nor does a run that was killed before its report, or after other pairs', async () => {
  await expect(make()).rejects.toThrow(/evaluate is not complete/)
  expect(existsSync(at('dist'))).toBe(false)
  write('dist', 'models.json', {})
  write('evaluate', 'manifest.json', { inputs: { quantize: 'this' } })
  write('evaluate', 'report.json', {})
  write('pairs', 'manifest.json', { content: 'others' })
  await expect(make()).rejects.toThrow(/is of other data than/)
  expect(existsSync(at('dist'))).toBe(false)
})

it('a bundle with vectors is taken where it is of the same student, and refused where it is of another', async () => {
  write('evaluate', 'manifest.json', { inputs: { quantize: 'this' } })
  write('evaluate', 'report.json', {})
  write('vectors', 'manifest.json', { inputs: { quantized: 'another' } })
  write('vectors/bundle', 'manifest.json', {})
  const made = { quantize: at('quantize'), pairs: at('pairs'), evaluate: at('evaluate'), out: at('dist') }
  await expect(makeDist({ ...made, vectors: at('vectors'), example: at('example') })).rejects.toThrow(
    /The bundle with vectors is of another student\. Run "npx turbo run vectors"/,
  )
})
