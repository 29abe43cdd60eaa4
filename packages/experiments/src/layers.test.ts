import { expect, it } from 'vitest'
import { assignArm } from './assign-arm.ts'
import { HOLDOUT, parseExperiments } from './experiment.ts'
import { layersOf } from './layers.ts'

const time = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' }
const model = {
  name: 'new-model',
  unit: 'client_id',
  arms: [
    { name: 'today', model: 'request-order' },
    { name: 'reranked', model: 'disranker' },
  ],
  ...time,
}
const swaps = { name: 'swaps', unit: 'client_id', design: 'explore', arms: [{ name: 'all' }], ...time }
const snippets = {
  name: 'snippets',
  unit: 'client_id',
  arms: [{ name: 'short' }, { name: 'long' }],
  ...time,
}
const parse = (...experiments: object[]) => parseExperiments(JSON.stringify({ experiments }))

it('lets experiments that change different things run at once', () => {
  const all = parse(model, swaps, snippets, { ...snippets, name: 'colours' })
  expect(all.map(layersOf)).toEqual([['model'], ['swaps'], ['snippets'], ['colours']])
})

it.each([
  ['two that choose the model', [model, { ...model, name: 'other' }], /new-model.*"model"/],
  [
    'swaps in a list with two teams',
    [{ ...model, design: 'team-draft' }, swaps],
    /swaps and new-model both change the layer "swaps"/,
  ],
  [
    'one that explores by a model, and one that chooses it',
    [model, { ...swaps, arms: [{ name: 'all', model: 'disranker' }] }],
    /"model"/,
  ],
  [
    'two of a layer of the caller',
    [snippets, { ...snippets, name: 'texts', layer: 'snippets' }],
    /texts and snippets both change the layer "snippets"/,
  ],
])('refuses %s', (_, experiments, message) => {
  expect(() => parse(...experiments)).toThrow(message)
})

it('allows them one after the other, and for different callers', () => {
  const later = { ...model, name: 'later', start: model.end, end: '2027-01-01T00:00:00Z' }
  const only = (part: object) => ({ ...model, only: part })
  expect(parse(model, later)).toHaveLength(2)
  expect(
    parse(only({ applications: ['shop'] }), { ...only({ applications: ['help'] }), name: 'help' }),
  ).toHaveLength(2)
  expect(() =>
    parse(only({ applications: ['shop', 'help'] }), { ...only({ applications: ['help'] }), name: 'help' }),
  ).toThrow(/divide the callers/)
  // a key may belong to any application
  expect(() => parse(only({ applications: ['shop'] }), { ...only({ keys: ['web'] }), name: 'web' })).toThrow(
    /divide the callers/,
  )
})

it.each([
  [
    'a model in some arms alone',
    { ...model, arms: [model.arms[0], { name: 'b' }] },
    /some arms have a model/,
  ],
  ['a list of two teams without models', { ...snippets, design: 'team-draft' }, /one list need a model each/],
  ['a mix without a model', { ...snippets, arms: [{ name: 'a', mix: 0.5 }, { name: 'b' }] }, /a mix needs/],
  ['a layer of one that changes the order', { ...model, layer: 'list' }, /Remove it/],
  ['a name that the ranking has', { ...snippets, layer: 'model' }, /layer of the ranking itself/],
])('refuses %s', (_, experiment, message) => {
  expect(() => parse(experiment)).toThrow(message)
})

it('leaves the ranking alone for the holdout of an experiment that does not rank', () => {
  const [ranks, shows] = parse({ ...model, holdout: 0.5 }, { ...snippets, holdout: 0.5 })
  const outside = (experiment: NonNullable<typeof ranks>) =>
    Array.from({ length: 100 }, (_, at) => assignArm(experiment, `u${at}`)).find(
      ({ name }) => name === HOLDOUT,
    )!.model
  expect([outside(ranks!), outside(shows!)]).toEqual(['request-order', undefined])
})
