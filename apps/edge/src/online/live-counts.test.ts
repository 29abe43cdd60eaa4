import type { RecordedEvent, RecordedSearch } from '@disranker/experiments'
import { expect, it } from 'vitest'
import { createLiveCounts } from './live-counts.ts'

const search = (id: string, arm: string, unit: string, teams?: string): RecordedSearch => ({
  query_id: id,
  timestamp: '2026-11-30T00:00:00Z',
  query_response_object_ids: ['x', 'y', 'z'],
  query_attributes: {
    disranker: {
      model: 'disranker',
      before: [0, 1, 2],
      experiments: [
        { name: 'test', arm, design: teams ? 'team-draft' : 'ab', unit, ...(teams && { teams }) },
      ],
    },
  },
})
const event = (query_id: string, object_id: string, action_name = 'click'): RecordedEvent => ({
  event_id: crypto.randomUUID(),
  action_name,
  query_id,
  timestamp: '2026-11-30T00:00:00Z',
  event_attributes: { object: { object_id } },
})

it('counts users, searches, and documents that were clicked, each once a search', () => {
  const counts = createLiveCounts()
  for (const [id, arm, unit] of [
    ['q1', 'a', 'u1'],
    ['q2', 'a', 'u1'],
    ['q3', 'b', 'u2'],
    // the same again, as a retry sends it
    ['q3', 'b', 'u2'],
  ] as const)
    counts.search(search(id, arm, unit))
  for (const [id, document, action] of [
    ['q1', 'x'],
    ['q1', 'x'],
    ['q1', 'y'],
    ['q3', 'nowhere'],
    ['q3', 'x', 'view'],
    ['unknown', 'x'],
  ] as const)
    counts.event(event(id, document, action))
  expect(counts.arms('test')).toEqual([
    { experiment: 'test', arm: 'a', units: 1, searches: 2, clicked: 1, clicks: 2, full: false },
    { experiment: 'test', arm: 'b', units: 1, searches: 1, clicked: 0, clicks: 0, full: false },
  ])
  expect(counts.arms('other')).toEqual([])
})

it('gives a search of an interleaved list to the team with more clicks', () => {
  const counts = createLiveCounts()
  counts.search(search('q', 'today', 'u', 'abb'))
  const won = () => counts.arms('test').map(({ clicked }) => clicked)
  const after = ['x', 'y', 'z'].map((document) => {
    counts.event(event('q', document))
    return won()
  })
  expect(after).toEqual([
    [1, 0],
    [0, 0],
    [0, 1],
  ])
  expect(counts.arms('test').map(({ arm, clicks, searches }) => [arm, clicks, searches])).toEqual([
    ['a', 1, 1],
    ['b', 2, 1],
  ])
})

it('keeps no more than it may, and says so', () => {
  const counts = createLiveCounts(3)
  for (let at = 0; at < 5; at++) counts.search(search(`q${at}`, 'a', `u${at}`))
  counts.event(event('q0', 'x'))
  counts.event(event('q4', 'x'))
  expect(counts.arms('test')).toMatchObject([{ units: 3, searches: 5, clicks: 1, full: true }])
})

it('counts a click that comes before its search, if not for long', () => {
  const counts = createLiveCounts()
  for (const document of ['x', 'x', 'nowhere']) counts.event(event('q', document))
  counts.search(search('q', 'a', 'u'))
  expect(counts.arms('test')).toMatchObject([{ searches: 1, clicked: 1, clicks: 1 }])
  // thousands of clicks on searches that never come
  for (let at = 0; at < 2_001; at++) counts.event(event(`never-${at}`, 'x'))
  counts.search(search('never-0', 'a', 'u'))
  counts.search(search('never-2000', 'a', 'u'))
  expect(counts.arms('test')).toMatchObject([{ searches: 3, clicked: 2, clicks: 2 }])
})
