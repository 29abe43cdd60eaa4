import { expect, it } from 'vitest'
import { documentPrints } from './document-print.ts'

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
