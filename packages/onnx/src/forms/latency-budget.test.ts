import { expect, it } from 'vitest'
import { type ComparedForm, chooseForm, formsText, type MeasuredForm } from './latency-budget.ts'

const table: MeasuredForm = { name: 'table', milliseconds: 9, ndcg10: 0.38 }
const network: MeasuredForm = { name: 'network', milliseconds: 46, ndcg10: 0.4 }
const vectors: MeasuredForm = { name: 'vectors', milliseconds: 12, ndcg10: 0.43 }

const QUERIES = 40
/** Of each query the form's mean and noise of its own, which has the mean 0. */
const compared = (form: MeasuredForm, noise = 0.001): ComparedForm => ({
  ...form,
  qualities: new Map(
    Array.from({ length: QUERIES }, (_, at) => [
      `q${at}`,
      { ndcg10: form.ndcg10 + noise * Math.cos((Math.PI / 2) * at + form.milliseconds), group: `g${at}` },
    ]),
  ),
})
const chosen = (forms: readonly ComparedForm[], milliseconds: number) => chooseForm(forms, milliseconds).name
const [byTable, byNetwork, byVectors] = [table, network, vectors].map((form) => compared(form)) as [
  ComparedForm,
  ComparedForm,
  ComparedForm,
]

it('takes the best form that fits', () => {
  expect(chosen([byTable, byNetwork, byVectors], 100)).toBe('vectors')
  expect(chosen([byTable, byNetwork], 100)).toBe('network')
  expect(chosen([byTable, byNetwork], 46)).toBe('network')
  expect(chosen([byTable, byNetwork, byVectors], 11)).toBe('table')
  const poor = compared({ ...network, ndcg10: 0.37 })
  expect(chosen([poor, byTable], 100)).toBe('table')
})

it('takes a form that costs more only where its gain is larger than its standard error', () => {
  // the mean of 40 differences has a standard error of about noise / sqrt(40)
  const noisy = compared(network, 0.3)
  expect(chosen([noisy, byTable], 100)).toBe('table')
  // the cheaper one is taken where the other is not better than it, however the two compare with a third
  const [cheap, dear] = [compared({ ...table, ndcg10: 0.41 }), compared({ ...vectors, ndcg10: 0.4101 }, 0.05)]
  expect(chosen([dear, cheap], 100)).toBe('table')
  expect(chosen([compared({ ...network, ndcg10: table.ndcg10 }), byTable], 100)).toBe('table')
})

it('counts queries of one group once', () => {
  // one group is better and the other is not: nothing is known of the difference
  const grouped = (form: ComparedForm, of: (at: number) => number): ComparedForm => ({
    ...form,
    qualities: new Map(
      Array.from({ length: QUERIES }, (_, at) => [
        `q${at}`,
        { ndcg10: of(at), group: at < QUERIES / 2 ? 'one' : 'other' },
      ]),
    ),
  })
  const before = grouped(byTable, () => 0.4)
  const better = grouped(byNetwork, (at) => (at < QUERIES / 2 ? 0.7 : 0.4))
  expect(chosen([before, better], 100)).toBe('table')
  const apart = new Map([...better.qualities].map(([id, one]) => [id, { ...one, group: id }]))
  expect(chosen([before, { ...better, qualities: apart }], 100)).toBe('network')
})

it('says what each form costs where none fits', () => {
  expect(() => chooseForm([byTable, byNetwork], 5)).toThrow(
    /^No form of the bundle ranks 50 documents in 5 ms of CPU: table 9\.0 ms, network 46\.0 ms\. Raise edge\.milliseconds in .*vectors\.ts, or/,
  )
  expect(formsText([table])).toBe('table 9.0 ms and nDCG@10 0.3800')
})
