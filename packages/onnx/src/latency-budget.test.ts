import { expect, it } from 'vitest'
import { chooseForm, formsText, type MeasuredForm } from './latency-budget.ts'

const table: MeasuredForm = { name: 'table', milliseconds: 9, ndcg10: 0.38 }
const network: MeasuredForm = { name: 'network', milliseconds: 46, ndcg10: 0.4 }
const vectors: MeasuredForm = { name: 'vectors', milliseconds: 12, ndcg10: 0.43 }

it('takes the best form that fits, whatever it costs', () => {
  expect(chooseForm([table, network, vectors], 100)).toBe(vectors)
  expect(chooseForm([table, network], 100)).toBe(network)
  expect(chooseForm([table, network], 46)).toBe(network)
  expect(chooseForm([table, network, vectors], 11)).toBe(table)
  const poor = { ...network, ndcg10: 0.37 }
  expect(chooseForm([poor, table], 100)).toBe(table)
})

it('takes the cheaper of two that rank equally well', () => {
  expect(chooseForm([{ ...network, ndcg10: 0.38 }, table], 100)).toBe(table)
})

it('says what each form costs where none fits', () => {
  expect(() => chooseForm([table, network], 5)).toThrow(
    /^No form of the bundle ranks 50 documents in 5 ms of CPU: table 9\.0 ms, network 46\.0 ms\. Raise edge\.milliseconds in .*vectors\.ts, or/,
  )
  expect(formsText([table])).toBe('table 9.0 ms and nDCG@10 0.3800')
})
