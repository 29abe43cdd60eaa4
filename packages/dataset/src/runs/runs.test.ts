import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readQrels, readRun, writeQrels, writeRun } from './runs.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'runs-'))
})
afterEach(() => rmSync(home, { recursive: true }))
const file = (content?: string) => {
  if (content !== undefined) writeFileSync(join(home, 'file'), content)
  return join(home, 'file')
}

it('writes runs as TREC has them and reads them back', () => {
  const run = new Map([
    [
      'q1',
      [
        { document: 'a', score: 2.5 },
        { document: 'b', score: -1e-7 },
      ],
    ],
    ['q2', [{ document: 'a', score: 0 }]],
  ])
  writeRun(file(), run, 'bm25')
  expect(readFileSync(file(), 'utf8')).toBe('q1 Q0 a 1 2.5 bm25\nq1 Q0 b 2 -1e-7 bm25\nq2 Q0 a 1 0 bm25\n')
  expect(readRun(file())).toEqual(run)
})

it('writes judgements and reads them back; negative grades are 0', () => {
  const judgements = new Map([
    [
      'q',
      new Map([
        ['a', 3],
        ['b', 0],
      ]),
    ],
  ])
  writeQrels(file(), judgements)
  expect(readFileSync(file(), 'utf8')).toBe('q 0 a 3\nq 0 b 0\n')
  expect(readQrels(file())).toEqual(judgements)
  expect(readQrels(file('q\t0\ta\t-2\r\n\r\n')).get('q')).toEqual(new Map([['a', 0]]))
})

it.each([
  ['q Q0 a 1 0.5', 'six columns'],
  ['q Q0 a 1 high tag', 'a score'],
])('refuses the run line %j: it has not %s', (line) => {
  expect(() => readRun(file(`q Q0 b 1 1 t\n${line}\n`))).toThrow(
    `line 2: "${line}" is no run. Wanted: query Q0`,
  )
})

it.each(['q 0 a', 'q 0 a 1.5', 'q 0 a high', 'q 0 a 1 1'])('refuses the judgement %j', (line) => {
  expect(() => readQrels(file(`${line}\n`))).toThrow(/line 1: .* is no judgement/)
})
