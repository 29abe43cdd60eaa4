// Figures as people write them.
import type { Interval } from './resampling.ts'

/** Which side of 0 the whole interval lies on. */
export const side = ({ low, high }: Interval): 'above' | 'below' | 'level' =>
  low > 0 ? 'above' : high < 0 ? 'below' : 'level'

const acronyms: Readonly<Record<string, string>> = { mrr: 'MRR', ndcg: 'nDCG', pnr: 'PNR' }

/** A measure as people write it: "mrr@10" is MRR@10. */
export function nameOf(measure: string): string {
  const [word, k] = measure.split('@')
  const name = acronyms[word!] ?? word!
  return k === undefined ? name : `${name}@${k}`
}

/** A figure with a true minus sign; an infinite one by its symbol. */
export function plain(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞'
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) > 0 ? `−${text}` : text
}

/** A difference: the sign is always shown. */
export const signed = (value: number): string => {
  const text = plain(value)
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`
}

/** p of a test with finitely many swaps is never 0. */
export const plainP = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))

/** "0.517 [0.465, 0.570]" */
export const withInterval = ({ value, low, high }: Interval) =>
  `${plain(value)} [${plain(low)}, ${plain(high)}]`

/** "+0.095 [+0.064, +0.128], p < 0.001" */
export const difference = ({ value, low, high, p }: Interval & { readonly p: number }) =>
  `${signed(value)} [${signed(low)}, ${signed(high)}], p ${p < 0.001 ? plainP(p) : `= ${plainP(p)}`}`
