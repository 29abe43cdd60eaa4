import { describe, expect, it } from 'vitest'
import { documentsAt, followPath } from './json-path.ts'

const elastic = {
  hits: {
    total: 2,
    hits: [
      { _id: 'a', _source: { title: 'A lock', description: 'Two threads wait.' } },
      { _id: 'b', _source: { name: 'B', 'odd.key': 1 } },
    ],
  },
}

describe('a path', () => {
  it.each([
    ['', elastic],
    ['$', elastic],
    ['hits.total', 2],
    ['$.hits.hits[1]._id', 'b'],
    ['hits.hits[*]._id', ['a', 'b']],
    ['hits.hits[*]', elastic.hits.hits],
    ["hits.hits[1]._source['odd.key']", 1],
  ])('%s', (path, expected) => {
    expect(followPath(elastic, path)).toEqual(expected)
  })

  it.each([
    ['hits..x', 'The path is wrong at "..x"'],
    ['hits.results', 'The answer has nothing at "hits.results"'],
    ['hits[*].a', 'There is no list at "hits"'],
    ['hits.total.x', 'The answer has nothing at "hits.total.x"'],
  ])('%s says what is wrong', (path, message) => {
    expect(() => followPath(elastic, path)).toThrow(message)
  })
})

describe('documents of an answer', () => {
  it('are lines with the usual names of a title and a text', () => {
    expect(documentsAt(elastic, 'hits.hits[*]._source').split('\n')).toEqual([
      '{"title":"A lock","summary":"Two threads wait."}',
      '{"title":"B","summary":""}',
    ])
    expect(documentsAt(['one', { x: 1 }], '')).toBe('"one"\n{"title":"","summary":"{\\"x\\":1}"}')
  })

  it('are none where there is no list', () => {
    expect(() => documentsAt(elastic, 'hits')).toThrow('There is no list at "hits". Give the path to it')
  })
})
