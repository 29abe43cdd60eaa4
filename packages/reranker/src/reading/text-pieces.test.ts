import { loadTokenizer } from '@disranker/tokenizer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tinyBundle } from '../fixtures/tiny-bundle.ts'
import { createTextPieces } from './text-pieces.ts'

const tokenizer = loadTokenizer(new TextDecoder().decode(tinyBundle()['tokenizer.json']))
const { head, tail, split: pieces } = createTextPieces(tokenizer)
const split = (text: string, most: number) => [...pieces(text, most)]
const count = (text: string) => tokenizer.encode(text).length
const ten = 'buffer query file hash password memory link lock value race'
/** every word of it is one token */
const each = ten.split(' ').map(count)

describe('pieces of a text', () => {
  it('are made of words that are one token each here', () => expect(each).toEqual(Array(10).fill(1)))

  it('head and tail cut between words', () => {
    expect(head(ten, 3)).toBe('buffer query file')
    expect(tail(ten, 3)).toBe('lock value race')
    expect([head(ten, 0), tail(ten, 0)]).toEqual(['', ''])
    expect([head(ten, 10), tail(ten, 99)]).toEqual([ten, ten])
  })

  it('overlap by a quarter', () => {
    expect(split(ten, 4)).toEqual([
      'buffer query file hash',
      'hash password memory link',
      'link lock value race',
    ])
    expect(split(ten, 10)).toEqual([ten])
    expect(split('', 4)).toEqual([''])
  })

  it('fit, begin and end with the text, and leave no word out, whatever the text', () => {
    const word = fc.oneof(fc.constantFrom(...ten.split(' ')), fc.string({ minLength: 1, maxLength: 30 }))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (words, most) => {
        const text = words.join(' ')
        const pieces = split(text, most)
        for (const piece of pieces)
          if (piece.trim().length > 1 && /\s/.test(piece)) expect(count(piece)).toBeLessThanOrEqual(most)
        let at = 0
        for (const piece of pieces) {
          const from = text.indexOf(piece, at === 0 ? 0 : undefined)
          expect(from).toBeGreaterThanOrEqual(0)
          at = from
        }
        const joined = new Set(pieces.flatMap((piece) => [...piece.replace(/\s/g, '')]))
        for (const character of text.replace(/\s/g, '')) expect(joined.has(character)).toBe(true)
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  it('never part a character of two code units', () => {
    for (const piece of split('😀'.repeat(40), 3)) expect(piece.isWellFormed()).toBe(true)
  })

  it('cost no more than what is taken of them', () => {
    let asked = 0
    const counting = createTextPieces({
      ...tokenizer,
      encode: (text) => {
        asked += text.length
        return tokenizer.encode(text)
      },
    })
    for (const text of ['☃,'.repeat(2e6), 'x'.repeat(4e6), 'lock '.repeat(8e5)]) {
      asked = 0
      let taken = 0
      for (const _ of counting.split(text, 24)) if (++taken === 10) break
      counting.head(text, 24)
      counting.tail(text, 24)
      counting.count(text, 24)
      expect(asked).toBeLessThan(200_000)
    }
  })
})
