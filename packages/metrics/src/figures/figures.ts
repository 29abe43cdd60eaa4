// Formats figures for people.
import { LEVEL, type PairedTest } from '@disranker/ranking'
import type { Interval } from './resampling.ts'

export interface Tested extends PairedTest {
  /** p after Holm's correction for all sentences of the page; only of a difference in a sentence */
  readonly corrected?: number
}

/**
 * The only rule: a difference is above or below when p, corrected if it is one of several sentences, is at
 * most 0.05.
 */
export const side = ({
  value,
  p,
  corrected = p,
}: Pick<Tested, 'value' | 'p' | 'corrected'>): 'above' | 'below' | 'level' =>
  corrected > LEVEL || value === 0 ? 'level' : value > 0 ? 'above' : 'below'

const acronyms: Readonly<Record<string, string>> = { mrr: 'MRR', ndcg: 'nDCG', pnr: 'PNR' }

/** The usual spelling of a measure: "mrr@10" is MRR@10. */
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

const named = (p: number) => (p < 0.001 ? plainP(p) : `= ${plainP(p)}`)

/** "+0.095 [+0.064, +0.128], p = 0.004, corrected 0.036" */
export const difference = ({ value, low, high, p, corrected = p }: Tested) =>
  `${signed(value)} [${signed(low)}, ${signed(high)}], p ${named(p)}${plainP(corrected) === plainP(p) ? '' : `, corrected ${plainP(corrected)}`}`
