import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fairPairs } from './fair-pairs.ts'
import { uniformsOf } from './share-of.ts'
import { teamDraft } from './team-draft.ts'

const fromList = (values: number[]) => () => values.shift()!

it('drafts by turns: the coin decides each round, and a team passes over what is taken', () => {
  const drafted = teamDraft([1, 2, 3, 4], [2, 4, 1, 3], fromList([0.2, 0.7]))
  // round 1, a first: a takes 1, b takes 2. Round 2, b first: b takes 4, a takes 3
  expect(drafted).toEqual({ order: [1, 2, 4, 3], teams: ['a', 'b', 'b', 'a'] })
})

it('drafts every document once, with teams that differ by one at most, whatever the rankings', () => {
  const ranking = fc.integer({ min: 1, max: 30 }).chain((length) => {
    const documents = Array.from({ length }, (_, document) => document)
    const shuffled = fc.shuffledSubarray(documents, { minLength: length })
    return fc.tuple(shuffled, shuffled, fc.string())
  })
  fc.assert(
    fc.property(ranking, ([a, b, seed]) => {
      const { order, teams } = teamDraft(a, b, uniformsOf(seed))
      expect([...order].sort((x, y) => x - y)).toEqual([...a].sort((x, y) => x - y))
      const ofA = teams.filter((team) => team === 'a').length
      expect(Math.abs(2 * ofA - teams.length)).toBeLessThanOrEqual(1)
    }),
    { numRuns: 200, seed: 7 },
  )
})

it('gives two equal rankings the same chance at every position', () => {
  let first = 0
  for (let query = 0; query < 4000; query++)
    if (teamDraft([0, 1, 2], [0, 1, 2], uniformsOf(`q${query}`)).teams[0] === 'a') first++
  // 3 standard deviations of a fair coin
  expect(Math.abs(first - 2000)).toBeLessThan(95)
})

it('shows each document at each position as often as its propensity says', () => {
  const [length, searches, share] = [4, 8000, 0.5]
  const shown = Array.from({ length }, () => new Float64Array(length))
  const said = new Map<string, number>()
  for (let search = 0; search < searches; search++) {
    const { order, propensities } = fairPairs([0, 1, 2, 3], share, uniformsOf(`s${search}`))
    for (const [position, document] of order.entries()) {
      shown[document]![position]!++
      said.set(`${document} ${position}`, propensities[position]!)
    }
  }
  for (let document = 0; document < length; document++)
    for (let position = 0; position < length; position++) {
      const wanted = said.get(`${document} ${position}`) ?? 0
      const deviation = Math.sqrt((wanted * (1 - wanted)) / searches)
      expect(Math.abs(shown[document]![position]! / searches - wanted)).toBeLessThanOrEqual(4 * deviation)
    }
})

it('leaves the order alone outside the share', () => {
  expect(fairPairs([5, 6], 0, uniformsOf('x'))).toEqual({ order: [5, 6], propensities: [1, 1] })
  expect(fairPairs([5], 1, uniformsOf('x'))).toEqual({ order: [5], propensities: [1] })
})
