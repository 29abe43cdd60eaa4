import { expect, it } from 'vitest'
import { singleSpaced } from './text-part.ts'

it('makes one space of all white space, whatever it begins with', () => {
  expect(singleSpaced(' \ta  b \n c\u00a0d\u3000 e\t\u2028f g ')).toBe('a b c d e f g')
  expect(singleSpaced('\ufeffone word')).toBe('one word')
  expect(singleSpaced(' \u2003 ')).toBe('')
})
