import { expect, it } from 'vitest'
import { teachersRead } from './vector-queries.ts'

const by = (...names: string[]) => ({ teachers: names.map((vectors) => ({ vectors, weight: 1 })) })
const targets = { few: by('features'), many: by('heads', 'words') }
const fromScratch = by('words', 'tokens')

it('reads all teachers of a log with an encoder', () => {
  expect(teachersRead(targets, { encoder: true })).toEqual(['features', 'heads', 'words'])
  expect(teachersRead({ ...targets, fromScratch }, { encoder: true, few: false })).toEqual(['heads', 'words'])
})

it('without one, the first teachers, whose vectors would tell that there is one, and those from scratch', () => {
  expect(teachersRead(targets, { encoder: false, few: false })).toEqual(['heads'])
  expect(teachersRead({ ...targets, fromScratch }, { encoder: false })).toEqual([
    ...['features', 'heads', 'words', 'tokens'],
  ])
})
