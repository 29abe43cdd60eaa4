import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readCurve, thinCurve } from './curves.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curves-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const write = (text: string) => writeFileSync(join(folder, 'curve.jsonl'), text)

it('reads step and loss', () => {
  expect(readCurve(folder)).toBeUndefined()
  write('')
  expect(readCurve(folder)).toBeUndefined()
  write('{"step":1,"loss":2,"norm":3}\n{"step":2,"loss":1.5}\n')
  expect(readCurve(folder)).toEqual([
    { step: 1, loss: 2 },
    { step: 2, loss: 1.5 },
  ])
})

it.each(['{"step":1}', '{"step":1,"loss":null}', '{"step":1,"lo', 'null', '3'])(
  'refuses the line %s',
  (line) => {
    write(`{"step":1,"loss":2}\n${line}\n`)
    expect(() => readCurve(folder)).toThrow(/curve.jsonl, line 2.*Wanted: \{"step": 1, "loss": 0.5\}/)
  },
)

it('thins a curve to means of neighbouring steps, named by the last of them', () => {
  const points = [5, 3, 4, 2, 6].map((loss, i) => ({ step: i + 1, loss }))
  expect(thinCurve(points, 3)).toEqual([
    { step: 2, loss: 4 },
    { step: 4, loss: 3 },
    { step: 5, loss: 6 },
  ])
  expect(thinCurve(points, 10)).toEqual(points)
  expect(thinCurve([], 10)).toEqual([])
})
