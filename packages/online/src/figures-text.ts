// Figures as a reader wants them.
import type { Range } from './compare-arms.ts'

/** three significant digits, without an exponent */
export const plain = (value: number): string =>
  Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : 'not known'

const signed = (value: number, digits: string) => `${value < 0 ? '' : '+'}${digits}`

/** `+1.2 % [-0.4, 2.8]` */
export const percent = (value: number, { low, high }: Range): string => {
  const of = (share: number) => (100 * share).toFixed(1)
  return `${signed(value, of(value))} % [${of(low)}, ${of(high)}]`
}

export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(3)}`)

export const countText = (value: number): string => Math.round(value).toLocaleString('en-US')
