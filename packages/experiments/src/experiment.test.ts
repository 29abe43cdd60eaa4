import { expect, it } from 'vitest'
import { experimentsJsonSchema, parseExperiments } from './experiment.ts'

const good = {
  name: 'new-model',
  unit: 'header:x-visitor',
  arms: [
    { name: 'today', model: 'request-order' },
    { name: 'reranked', model: 'disranker' },
  ],
  start: '2026-11-01T00:00:00Z',
  end: '2026-12-01T00:00:00+01:00',
}
const parse = (...experiments: object[]) => parseExperiments(JSON.stringify({ experiments }))

it('reads a file and fills in what it leaves out', () => {
  expect(parse(good)[0]).toMatchObject({ design: 'ab', holdout: 0, arms: [{ weight: 1 }, { weight: 1 }] })
})

it.each([
  ['a misspelt field', { ...good, arm: [] }, /arm/],
  [
    'one arm in an A/B test',
    { ...good, arms: good.arms.slice(1) },
    /"ab" needs at least two arms, and there are 1/,
  ],
  [
    'three arms in one list',
    { ...good, design: 'team-draft', arms: [...good.arms, { name: 'c', model: 'c' }] },
    /"team-draft" needs exactly two arms/,
  ],
  ['two arms of one name', { ...good, arms: [good.arms[0], good.arms[0]] }, /same name/],
  [
    'an end before the start',
    { ...good, end: '2026-10-01T00:00:00Z' },
    /end: the end is not after the start/,
  ],
  ['a time without a zone', { ...good, start: '2026-11-01' }, /start/],
  ['a colon in the salt', { ...good, salt: 'a:b' }, /salt: 1 to 64 characters without a colon/],
  ['an unknown unit', { ...good, unit: 'user' }, /unit/],
  ['a negative weight', { ...good, arms: [{ ...good.arms[0], weight: -1 }, good.arms[1]] }, /arms.0.weight/],
])('refuses %s and says where it stands', (_, experiment, message) => {
  expect(() => parse(experiment)).toThrow(message)
})

it('refuses two experiments of one name, and what is not JSON', () => {
  expect(() => parse(good, good)).toThrow(/two experiments have the same name/)
  expect(() => parseExperiments('{')).toThrow(/experiments.json is not JSON/)
})

it('has a JSON schema that names every field', () => {
  expect(JSON.stringify(experimentsJsonSchema())).toContain('"holdout"')
})
