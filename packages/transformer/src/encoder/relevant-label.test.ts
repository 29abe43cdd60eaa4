import { openBackend } from '@disranker/engine'
import { expect, it } from 'vitest'
import { goldenEncoders } from '../../testing/golden-encoders.ts'
import { scorePairs } from '../score-pairs.ts'
import { createEncoder } from './encoder.ts'
import { relevantLabel } from './relevant-label.ts'

const named = (...names: string[]) => ({
  id2label: Object.fromEntries(names.map((name, at) => [at, name])),
  label2id: Object.fromEntries(names.map((name, at) => [name, at])),
})

it.each([
  [['irrelevant', 'relevant'], 1],
  [['relevant', 'irrelevant'], 0],
  [['Not Relevant', 'Relevant'], 1],
  [['yes', 'no'], 0],
  [['non-relevant', 'match'], 1],
  [['entailment', 'not_entailment'], 0],
  [['True', 'False'], 0],
  [['LABEL_0', 'LABEL_1'], 1],
  [['0', '1'], 1],
  [['relevant', 'rest'], 0],
] as const)('of %j it is %i', (names, wanted) => {
  expect(relevantLabel(named(...names), 2)).toBe(wanted)
})

it('is the second of two without names, and the only one of one', () => {
  expect(relevantLabel({}, 2)).toBe(1)
  expect(relevantLabel(named('LABEL_0'), 1)).toBe(0)
  expect(relevantLabel(named('relevance'), 1)).toBe(0)
})

it.each([
  [named('cat', 'dog'), 2, /"cat" and "dog" \(id2label\), which leaves open which one is relevant/],
  [named('relevant', 'similar'), 2, /leaves open/],
  [named('LABEL_1', 'LABEL_0'), 2, /in another order/],
  [{ ...named('no', 'yes'), label2id: { no: 1, yes: 0 } }, 2, /label2id gives "no" the number 1/],
  [{ id2label: { 1: 'no', 2: 'yes' } }, 2, /under the numbers 1, 2/],
  [named('irrelevant'), 1, /a higher score means less relevant/],
] as const)('%j is refused', (config, labels, message) => {
  expect(() => relevantLabel(config, labels)).toThrow(message)
})

it('decides the sign of a network with two labels', async () => {
  await openBackend('cpu')
  const golden = goldenEncoders().find(({ name }) => name === 'bert-two-labels')!
  const reversed = { ...golden.config, ...named('relevant', 'irrelevant') }
  const encoder = createEncoder(reversed, { tensors: golden.tensors })
  const scores = scorePairs(encoder, golden.rows)
  for (const [row, logits] of golden.outputs.entries())
    expect(scores[row]).toBeCloseTo(logits[0]! - logits[1]!, 4)
  encoder.dispose()
})
