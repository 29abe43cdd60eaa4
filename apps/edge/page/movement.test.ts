import { describe, expect, it } from 'vitest'
import { arrow, places, summarise } from './movement.ts'

// the first stage found documents 7, 3, 9; the model puts 9 first
const first = [
  { index: 7, score: 5 },
  { index: 3, score: 4 },
  { index: 9, score: 1 },
]
const results = [
  { index: 2, relevance_score: 0.9 },
  { index: 0, relevance_score: 0.4 },
  { index: 1, relevance_score: 0.1 },
]

describe('places', () => {
  it('joins both orders by document, counting from 1', () => {
    expect(places(first, results)).toEqual([
      { document: 9, before: 3, after: 1, firstScore: 1, relevance: 0.9 },
      { document: 7, before: 1, after: 2, firstScore: 5, relevance: 0.4 },
      { document: 3, before: 2, after: 3, firstScore: 4, relevance: 0.1 },
    ])
  })
})

describe('arrow', () => {
  it('points where a document went', () => {
    expect(places(first, results).map(arrow)).toEqual(['↑ 2', '↓ 1', '↓ 1'])
    expect(places(first, [{ index: 0, relevance_score: 1 }]).map(arrow)).toEqual(['='])
  })
})

describe('summarise', () => {
  it('counts what moved, names the furthest climb and the best judged document', () => {
    const text = summarise(
      places(first, results),
      (document) => `T${document}`,
      (document) => (document === 3 ? 2 : 0),
    )
    expect(text).toBe(
      '3 of 3 documents moved. Furthest up: “T9”, 3 → 1. First document with the best judgement (grade 2): 2 → 3.',
    )
  })

  it('says no more than it knows when nothing moved and nothing is judged', () => {
    const same = places(
      first,
      [0, 1, 2].map((index) => ({ index, relevance_score: 0.5 })),
    )
    expect(summarise(same, String, () => 0)).toBe('0 of 3 documents moved.')
  })
})
