import { expect, it } from 'vitest'
import { documentPrints, halfSipHash } from './document-print.ts'

it('is HalfSipHash-2-4: the vectors of its reference implementation, of texts of whole code units', () => {
  // the key is the bytes 0 to 7, the text the bytes 0 to n - 1
  const vectors = [
    0x5b9f35a9, 0x03a662fa, 0x89466e2a, 0x23fc6358, 0x8f84b8d0, 0x3479b094, 0x2f87f057, 0x7cf8ffd6,
  ]
  const text = (units: number) =>
    String.fromCharCode(...Array.from({ length: units }, (_, at) => (2 * at) | ((2 * at + 1) << 8)))
  expect(vectors.map((_, units) => halfSipHash(text(units), 0x03020100, 0x07060504))).toEqual(vectors)
})

it('differs between documents, lists and secrets, and is the same each time', () => {
  const ids = Array.from({ length: 100_000 }, (_, number) => `document-${number}`)
  const printOf = documentPrints('q-1', 'secret')
  const prints = ids.map(printOf)
  // chance alone makes 1.2 pairs equal
  expect(ids.length - new Set(prints).size).toBeLessThan(8)
  expect(prints.slice(0, 100)).toEqual(ids.slice(0, 100).map(documentPrints('q-1', 'secret')))
  const same = (other: (document: string) => number) =>
    ids.filter((id, at) => other(id) === prints[at]).length
  expect(same(documentPrints('q-2', 'secret'))).toBeLessThan(3)
  expect(same(documentPrints('q-1', 'other'))).toBeLessThan(3)
})

it('uses every bit about half of the time', () => {
  const printOf = documentPrints('q', 'secret')
  const prints = Array.from({ length: 10_000 }, (_, number) => printOf(`${number}`))
  for (let bit = 0; bit < 32; bit++) {
    const set = prints.filter((print) => (print >>> bit) & 1).length
    // six standard deviations
    expect(Math.abs(set - 5_000)).toBeLessThan(300)
  }
})
