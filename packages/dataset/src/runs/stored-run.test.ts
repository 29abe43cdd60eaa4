import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { listRecords } from '../records/record-list.ts'
import { readQrels, readRun, writeRun } from './runs.ts'
import { openJudgements } from './stored-judgements.ts'
import { openRun } from './stored-run.ts'

const known = {
  queries: listRecords(['a', 'b', 'c', 'd'].map((id) => ({ id, text: id, split: 'test' as const }))),
  documents: listRecords(['x', 'y', 'z'].map((id) => ({ id, title: id, summary: '' }))),
}
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stored-'))
})
afterEach(() => rmSync(home, { recursive: true }))
const write = (name: string, content: string) => {
  writeFileSync(join(home, name), content)
  return join(home, name)
}

it('reads a run as readRun does, wherever the rows of a query stand, over several files', () => {
  const one = write('1', 'b Q0 z 1 2.5 t\nb Q0 x 2 -1 t\na Q0 y 1 3 t\n')
  const two = write('2', 'b Q0 y 3 -2 t\nd Q0 x 1 0.125 t\n')
  const whole = readRun(
    write('3', 'b Q0 z 1 2.5 t\nb Q0 x 2 -1 t\na Q0 y 1 3 t\nb Q0 y 3 -2 t\nd Q0 x 1 0.125 t\n'),
  )
  const run = openRun([one, two], known)
  expect([...run]).toEqual([...whole])
  expect([...run.keys()]).toEqual(['b', 'a', 'd'])
  expect([run.size, run.has('c'), run.get('c'), run.has('e')]).toEqual([3, false, undefined, false])
  expect(run.get('b')).toEqual(whole.get('b'))
  expect(openRun([write('4', '')], known).size).toBe(0)
})

it('keeps apart what the first stage found with a score of 0 and what was added to it', () => {
  const rows = [
    { document: 'z', score: 1 },
    { document: 'x', score: 0 },
    { document: 'y', score: 0, added: true as const },
  ]
  const file = join(home, 'candidates.run')
  writeRun(file, new Map([['a', rows]]), 'candidates')
  expect(openRun([file], known).get('a')).toEqual(rows)
})

it('names what the pairs do not have', () => {
  expect(() => openRun([write('1', 'e Q0 x 1 1 t\n')], known)).toThrow(/names query e, which out\/pairs/)
  expect(() => openRun([write('2', 'a Q0 w 1 1 t\n')], known)).toThrow(/names document w/)
  expect(() => openRun([write('3', 'a Q0 x 1\n')], known)).toThrow(/line 1: "a Q0 x 1" is no run/)
})

it('reads judgements as readQrels does, without those that are of nothing', () => {
  const file = write('q', 'c 0 x 3\nc 0 y 0\na 0 z 1\nc 0 z -2\n')
  const judgements = openJudgements([file, write('r', 'e 0 x 1\na 0 w 1\n')], known)
  expect([...judgements]).toEqual([...readQrels(file)])
  expect([judgements.size, judgements.has('b'), judgements.get('b')]).toEqual([2, false, undefined])
})
