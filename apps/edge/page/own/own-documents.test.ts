import { describe, expect, it } from 'vitest'
import { parseDocuments } from './own-documents.ts'

const texts = (text: string) => parseDocuments(text, 5).map(({ title, summary }) => [title, summary])

describe('pasted documents', () => {
  it('are one a line, with a title before a tab', () => {
    expect(texts('a b\n\nT\tS\tmore\r\n')).toEqual([
      ['', 'a b'],
      ['T', 'S\tmore'],
    ])
  })

  it('are JSON, an array or a line each, of strings and objects', () => {
    expect(texts('["a", {"title": "T", "text": "x"}]')).toEqual([
      ['', 'a'],
      ['T', 'x'],
    ])
    expect(texts('{"summary": "s"}\nplain')).toEqual([
      ['', 's'],
      ['', 'plain'],
    ])
  })

  it.each([
    ['  \n', 'There are no documents. Paste one a line.'],
    ['[]', 'There are no documents. Paste one a line.'],
    ['["a"', 'This begins like a JSON array and cannot be parsed. Check quotes and commas.'],
    ['a\n{"title"', 'Line 2 begins like a JSON object and cannot be parsed. Check quotes and commas.'],
    ['["a", 3]', 'Element 2 is no document: wanted a string, or an object of title and summary (or text).'],
    ['[null]', 'Element 1 is no document: wanted a string, or an object of title and summary (or text).'],
    ['{"title": 1}', 'Line 1 is no document: wanted a string, or an object of title and summary (or text).'],
    ['a\nb\nc\nd\ne\nf', 'These are 6 documents; paste at most 5.'],
  ])('are refused with a reason: %j', (text, message) => {
    expect(() => parseDocuments(text, 5)).toThrow(message)
  })
})
