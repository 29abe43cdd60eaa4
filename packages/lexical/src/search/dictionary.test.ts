import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDictionary, numberOfWord, wordOfNumber } from './dictionary.ts'

it('knows its words by number, and no others', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 8, unit: 'binary' })), fc.string(), (words, other) => {
      const dictionary = createDictionary(words)
      expect(words.map((word) => numberOfWord(dictionary, word))).toEqual([...words.keys()])
      expect(words.map((_, number) => wordOfNumber(dictionary, number))).toEqual(words)
      if (!words.includes(other)) expect(numberOfWord(dictionary, other)).toBe(-1)
    }),
  )
})
