import { describe, expect, it } from 'vitest'
import type { Part } from './ranking-metrics.ts'
import { measureSlices, nameSlices } from './slices.ts'

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')
const resampling = { samples: 1000, seed: 1 }

describe('slices of queries', () => {
  it('part by views into thirds of the traffic, the most frequent first', () => {
    const queries = [60, 30, 20, 10, 5, 5, 5, 5, 5, 5].map((views) => ({ text: 'a', views }))
    expect(nameSlices(queries).map(({ views }) => views)).toEqual([
      ...['head', 'torso', 'torso'],
      ...['tail', 'tail', 'tail', 'tail', 'tail', 'tail', 'tail'],
    ])
  })

  it('do not part by views where few are known', () => {
    const queries = [60, 30, undefined, 10].map((views) => ({ text: 'a', views }))
    expect(nameSlices(queries)).toEqual([{}, {}, {}, {}])
  })

  it('part by length into three of about equal size', () => {
    const names = nameSlices([1, 2, 3, 4, 5, 6, 7, 8, 9].map((count) => ({ text: words(count) })))
    expect(names.map(({ length }) => length)).toEqual([
      ...Array(3).fill('fewer than 4 words'),
      ...Array(3).fill('4 to 6 words'),
      ...Array(3).fill('7 words or more'),
    ])
    expect(nameSlices([{ text: 'a' }, { text: 'b' }])).toEqual([{}, {}])
  })

  it('part by script where there are several', () => {
    const texts = [
      'red shoes',
      '\u043a\u0440\u0430\u0441\u043d\u044b\u0435',
      '\u8d64\u3044\u9774',
      '\u7ea2\u978b',
      '12',
    ]
    expect(nameSlices(texts.map((text) => ({ text }))).map(({ script }) => script)).toEqual([
      'Latin',
      'Cyrillic',
      'Japanese',
      'Chinese',
      undefined,
    ])
  })

  it('are measured from five queries on, with p corrected for all of them', () => {
    const names = [
      ...Array(8).fill({ length: 'fewer than 4 words' }),
      ...Array(8).fill({ length: '7 words or more' }),
      ...Array(4).fill({ script: 'Greek' }),
    ]
    const first = names.map((): Part => [0.5, 1])
    const served = names.map((_, at): Part => [at < 8 ? 0.6 + at / 100 : at % 2 ? 0.6 : 0.4, 1])
    const [short, long, ...none] = measureSlices(names, served, first, resampling)
    expect(none).toEqual([])
    expect(short).toMatchObject({ by: 'length', name: 'fewer than 4 words', queries: 8, first: 0.5 })
    expect(short!.difference.value).toBeCloseTo(0.135, 12)
    // all eight signs: 2 of 256 swaps, and two slices are told of
    expect(short!.difference).toMatchObject({ p: 2 / 256, corrected: 4 / 256 })
    expect(long!.difference.corrected).toBe(1)
  })
})
