import { expect, it } from 'vitest'
import { createMarker } from './matched-words.ts'

const marked = (query: string, text: string, texts: readonly string[] = []) =>
  createMarker(
    query,
    texts,
    undefined,
  )(text)
    .filter(({ matched }) => matched)
    .map(({ text }) => text)

it('marks words by their stems, and the parts are the text again', () => {
  const text = 'Locks \u2013 two threads, LOCKED; a lock_file.'
  expect(marked('locking threads', text)).toEqual(['Locks', 'threads', 'LOCKED', 'lock'])
  const parts = createMarker('locking threads', [], undefined)(text)
  expect(parts.map((part) => part.text).join('')).toBe(text)
})

it('marks no word that more than a third of the listed documents have', () => {
  const texts = ['the lock', 'the file', 'the buffer', 'the path', 'a thread', 'the log']
  expect(marked('the lock', 'the lock of the door', texts)).toEqual(['lock'])
  // too few documents to tell
  expect(marked('the lock', 'the lock', ['the lock', 'the file'])).toEqual(['the', 'lock'])
})

it('marks nothing of a text without a match, or of an empty one', () => {
  expect(createMarker('lock', [], undefined)('a buffer')).toEqual([{ text: 'a buffer', matched: false }])
  expect(createMarker('lock', [], undefined)('')).toEqual([])
})
