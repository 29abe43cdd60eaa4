import { seededSampler } from '@disranker/dataset'
import { expect, it } from 'vitest'
import { type ClickSimulation, type Shown, simulateClicks } from './simulate-clicks.ts'

const simulation: ClickSimulation = {
  seed: 1,
  sessions: 20_000,
  page: 3,
  shuffled: 0,
  eta: 1,
  attraction: [0, 0.5, 0.8, 1],
  dwell: [1000, 2000, 4000, 8000],
  robots: 0,
}
const shown: Shown = {
  query: 'q',
  page: ['a', 'b', 'c'],
  grade: (document) => ({ a: 3, b: 1 })[document] ?? 0,
}
const simulate = (changes: Partial<ClickSimulation> = {}) =>
  simulateClicks([shown], { ...simulation, ...changes }, seededSampler(1, 'test'))
const rate = (log: ReturnType<typeof simulate>, document: string) => {
  const rows = log.filter(({ doc_id }) => doc_id === document)
  return rows.filter(({ clicked }) => clicked).length / rows.length
}

it('clicks by examination times attraction', () => {
  const log = simulate()
  expect(log).toHaveLength(60_000)
  expect(rate(log, 'a')).toBe(1) // looked at always, clicked always
  expect(rate(log, 'b')).toBeCloseTo(0.25, 1) // 1/2 * 0.5
  expect(rate(log, 'c')).toBe(0)
  expect(Math.abs(rate(log, 'b') - 0.25)).toBeLessThan(0.01)
})

it('stays longer where the grade is higher, and only after a click', () => {
  const log = simulate()
  const median = (document: string) => {
    const stays = log.filter((row) => row.doc_id === document && row.clicked).map((row) => row.dwell_ms!)
    return stays.sort((x, y) => x - y)[Math.floor(stays.length / 2)]!
  }
  expect(median('a') / 8000).toBeCloseTo(1, 1)
  expect(median('b') / 2000).toBeCloseTo(1, 1)
  expect(log.filter((row) => !row.clicked && row.dwell_ms !== undefined)).toEqual([])
})

it('shuffles the stated share of the pages', () => {
  const first = simulate({ shuffled: 0.6 }).filter(({ position }) => position === 1)
  // a stays first in 0.4 of the pages and in a third of the others
  expect(first.filter(({ doc_id }) => doc_id === 'a').length / first.length).toBeCloseTo(0.6, 1)
})

it('adds robots that click on everything', () => {
  const robots = simulate({ robots: 2, sessions: 1 }).filter(({ session_id }) =>
    session_id.startsWith('robot'),
  )
  expect(new Set(robots.map(({ session_id }) => session_id)).size).toBe(2)
  expect(robots.every(({ clicked }) => clicked)).toBe(true)
})

it('is the same for the same random numbers', () =>
  expect(simulate({ sessions: 10 })).toEqual(simulate({ sessions: 10 })))
