import { describe, expect, it } from 'vitest'
import { arrow, positions, summarise } from './movement.ts'

// the model puts the third first
const results = [
  { index: 2, relevance_score: 0.9 },
  { index: 0, relevance_score: 0.4 },
  { index: 1, relevance_score: 0.1 },
]
const title = (before: number) => `T${before}`
const same = positions([0, 1, 2].map((index) => ({ index, relevance_score: 0.5 })))

describe('positions', () => {
  it('count from 1', () => {
    expect(positions(results)).toEqual([
      { before: 3, after: 1, relevance: 0.9 },
      { before: 1, after: 2, relevance: 0.4 },
      { before: 2, after: 3, relevance: 0.1 },
    ])
  })
})

describe('arrow', () => {
  it('points where a document went', () => {
    expect(positions(results).map(arrow)).toEqual(['↑2', '↓1', '↓1'])
    expect(same.map(arrow)).toEqual(['=', '=', '='])
  })
})

describe('summarise', () => {
  it('tells how the best judged document fared, where there is one', () => {
    const grade = (before: number) => [0, 1, 2][before - 1]!
    expect(summarise(positions(results), title, grade)).toBe(
      'The best judged document (grade 2) goes from 3 to 1; 3 of 3 moved.',
    )
    expect(summarise(same, title, grade)).toBe('The best judged document (grade 2) stays at 3; 0 of 3 moved.')
  })

  it('else which climbed furthest, and no more than it knows', () => {
    expect(summarise(positions(results), title, () => 0)).toBe(
      '3 of 3 moved. Furthest up: “T3”, from 3 to 1.',
    )
    expect(summarise(same, title, () => 0)).toBe('0 of 3 moved.')
  })
})
