import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openingQuery } from './opening-query.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'opening-'))
  mkdirSync(join(home, 'runs'))
})
afterEach(() => rmSync(home, { recursive: true }))

/** Lists of eleven documents; the one right document of a query stands at the given position. */
function write(file: string, positions: Readonly<Record<string, number>>): void {
  const lines = Object.entries(positions).flatMap(([query, at]) =>
    Array.from(
      { length: 11 },
      (_, rank) => `${query} Q0 ${rank === at - 1 ? 'right' : `d${rank}`} ${rank + 1} ${-rank} tag`,
    ),
  )
  // not in order: ranks count
  writeFileSync(join(home, file), lines.reverse().join('\n'))
}
const ask = (ids: readonly string[], long: readonly string[] = []) =>
  openingQuery({
    pairs: home,
    runs: join(home, 'runs'),
    longest: 20,
    texts: new Map(ids.map((id) => [id, long.includes(id) ? 'x'.repeat(21) : `text of ${id}`])),
    grades: new Map(ids.map((id) => [id, { right: 2 }])),
  })

it('is the one whose gain is nearest to the median of those that improve', () => {
  // gains 1, .37, .13, 0, and a loss
  write('first-stage.validation.run', { a: 11, b: 2, c: 3, d: 1, e: 1 })
  write('runs/validation.run', { a: 1, b: 1, c: 2, d: 1, e: 4 })
  const ids = ['a', 'b', 'c', 'd', 'e']
  expect(ask(ids)).toEqual({
    id: 'b',
    text: 'text of b',
    grades: { right: 2 },
    note: 'A typical gain: of 5 validation queries 60 % improve and 20 % worsen; this one (+0.37 nDCG@10) is nearest to the median of the improved.',
  })
  // the median is that of all; shown is the nearest that fits
  expect(ask(ids, ['b'])!.id).toBe('c')
  expect(ask(ids, ids)).toBeUndefined()
})

it('is none where nothing was ranked or nothing improves', () => {
  expect(ask(['a'])).toBeUndefined()
  write('first-stage.validation.run', { a: 1, b: 1 })
  expect(ask(['a', 'b'])).toBeUndefined()
  write('runs/validation.run', { a: 1, b: 2 })
  expect(ask(['a', 'b'])).toBeUndefined()
})
