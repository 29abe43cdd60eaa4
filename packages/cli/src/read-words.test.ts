import { expect, it } from 'vitest'
import { optionValue } from './read-words.ts'

it.each([
  [['model', '--out', 'bundle'], 'bundle'],
  [['model', '--out=a=b'], 'a=b'],
  [['model'], undefined],
])('in %j --out is %s', (words, value) => {
  expect(optionValue(words, '--out')).toBe(value)
})
