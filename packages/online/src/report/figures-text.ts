// Formats figures for readers.
import type { Range } from '../comparison/compare-arms.ts'

/** three significant digits, without an exponent */
export const plain = (value: number): string =>
  Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : 'not known'

const signed = (value: number, digits: string) => `${value < 0 ? '' : '+'}${digits}`

/** `+1.2 % [-0.4, 2.8]`; a figure that is the same for all units has no interval */
export const percent = (value: number, { low, high }: Range): string => {
  const of = (share: number) => (100 * share).toFixed(1)
  const interval = Number.isNaN(low) ? ', interval not known' : ` [${of(low)}, ${of(high)}]`
  return Number.isNaN(value) ? 'not known' : `${signed(value, of(value))} %${interval}`
}

export function pText(p: number): string {
  if (Number.isNaN(p)) return 'p not known'
  return p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(3)}`
}

export const countText = (value: number): string => Math.round(value).toLocaleString('en-US')
