import fc from 'fast-check'
import { expect, it } from 'vitest'
import { learnMerges } from './learn-merges.ts'

const join = (left: string, right: string) => left + right
const letters = (words: Record<string, number>) =>
  Object.entries(words).map(([word, count]) => [[...word], count] as const)

it('learns the merges of the example in Sennrich et al. 2016', () => {
  const words = letters({ 'low.': 5, 'lower.': 2, 'newest.': 6, 'widest.': 3 })
  const { merges, alphabet } = learnMerges(words, { symbols: 11 + 6, minFrequency: 1, join })
  expect(alphabet.join('')).toBe('.deilnorstw')
  // e s and s t both come 9 times: the one that sorts first goes first
  expect(merges.map((pair) => pair.join(' '))).toEqual(['e s', 'es t', 'est .', 'l o', 'lo w', 'e w'])
})

it('leaves rare pairs alone', () => {
  expect(learnMerges(letters({ ab: 3, cd: 1 }), { symbols: 99, minFrequency: 2, join }).merges).toEqual([
    ['a', 'b'],
  ])
})

it('agrees with counting anew before every merge', () => {
  const words = fc.dictionary(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 }),
    fc.integer({ min: 1, max: 5 }),
    { maxKeys: 12 },
  )
  fc.assert(
    fc.property(words, (bag) => {
      const { merges } = learnMerges(letters(bag), { symbols: 9, minFrequency: 2, join })
      expect(merges).toEqual(naive(bag, merges.length))
    }),
    { seed: 1, numRuns: 500 },
  )
})

/** The same by definition, without bookkeeping. */
function naive(bag: Record<string, number>, length: number): string[][] {
  let words = letters(bag).map(([symbols, count]) => [[...symbols], count] as const)
  const merges: string[][] = []
  while (merges.length < length) {
    const counts = new Map<string, number>()
    for (const [symbols, count] of words)
      for (let i = 1; i < symbols.length; i++) {
        const pair = `${symbols[i - 1]}\0${symbols[i]}`
        counts.set(pair, (counts.get(pair) ?? 0) + count)
      }
    const [best] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]!
    const [left, right] = best.split('\0') as [string, string]
    merges.push([left, right])
    words = words.map(([symbols, count]) => {
      const merged: string[] = []
      for (const symbol of symbols) {
        // "aaa" is merged from the left
        if (symbol === right && merged.at(-1) === left) merged[merged.length - 1] = left + right
        else merged.push(symbol)
      }
      return [merged, count] as const
    })
  }
  return merges
}
