import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkImpression, LONGEST_TOKEN, signImpression } from './impression-token.ts'

const now = Date.parse('2026-11-30T10:00:00Z')
const shown = { queryId: 'q-1', documents: ['d1', 'd2', 'd3'], label: 'new-model/reranked' }
const token = signImpression(shown, 'secret', now)
const options = { secrets: ['secret'], now: now + 60_000, window: 3_600_000 }
const check = (document: string, more: object = {}, text = token, queryId = 'q-1') =>
  checkImpression(text, { queryId, document }, { ...options, ...more })

it('credits what was shown, with its position and label', () => {
  expect(check('d2')).toEqual({
    credited: true,
    position: 2,
    label: 'new-model/reranked',
    seconds: now / 1000,
  })
})

it.each([
  ['a document that was not shown', check('d4'), 'not shown'],
  ['the token of another list', check('d2', {}, token, 'q-2'), 'forged'],
  ['another secret', check('d2', { secrets: ['other'] }), 'forged'],
  ['no secret', check('d2', { secrets: [] }), 'forged'],
  ['an old token', check('d2', { now: now + 3_601_000 }), 'expired'],
  ['a cut token', check('d2', {}, token.slice(0, -4)), 'forged'],
  ['no base64', check('d2', {}, 'a b'), 'malformed'],
  ['nothing', check('d2', {}, ''), 'malformed'],
  ['megabytes', check('d2', {}, 'A'.repeat(2_000_000)), 'malformed'],
])('refuses %s', (_, found, why) => {
  expect(found).toEqual({ credited: false, why })
})

it('accepts the secret before the present one while it is rotated', () => {
  expect(check('d1', { secrets: ['new', 'secret'] })).toMatchObject({ credited: true, position: 1 })
})

it('is forged whichever byte is changed', () => {
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'abcXYZ012_-'), (at, sign) => {
      fc.pre(token[at] !== sign)
      const found = check('d1', {}, token.slice(0, at) + sign + token.slice(at + 1))
      // the last character has bits that stand for nothing
      if (at < token.length - 1) expect(found.credited).toBe(false)
    }),
    { numRuns: 300, seed: 3 },
  )
})

it('is short, and never longer than it says', () => {
  const documents = Array.from({ length: 50 }, (_, number) => `document-${number}`)
  expect(signImpression({ ...shown, documents }, 'secret', now).length).toBeLessThan(330)
  const most = Array.from({ length: 1000 }, (_, number) => `${number}`)
  const longest = signImpression({ queryId: 'q', documents: most, label: 'x'.repeat(200) }, 's', now)
  expect(longest.length).toBeLessThanOrEqual(LONGEST_TOKEN)
})
