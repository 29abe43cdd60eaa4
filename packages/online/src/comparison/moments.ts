// Counts, means and covariances of the measurements of units. The tests need nothing else, and moments of two
// days can be added, so a daily look only costs that day's units.

/** The measurements of one unit: `columns` numbers. */
export type Unit = readonly number[]

export interface Moments {
  /** units */
  readonly n: number
  /** [columns] */
  readonly means: Float64Array
  /** [columns * columns]: sums of products of deviations from the means */
  readonly deviations: Float64Array
  /**
   * [columns * columns * columns]: sums of products of three columns, for units with many searches (ratio.ts)
   */
  readonly thirds: Float64Array
}

/** Moments of no unit. */
export const noMoments = (columns: number): Moments => ({
  n: 0,
  means: new Float64Array(columns),
  deviations: new Float64Array(columns * columns),
  thirds: new Float64Array(columns ** 3),
})

/** Moments of units, in one pass that is exact even if means are large (Welford 1962). */
export function momentsOf(units: Iterable<Unit>, columns: number): Moments {
  const { means, deviations, thirds } = noMoments(columns)
  const before = new Float64Array(columns)
  let n = 0
  for (const unit of units) {
    n++
    for (let column = 0; column < columns; column++) {
      before[column] = unit[column]! - means[column]!
      means[column]! += before[column]! / n
    }
    for (let row = 0; row < columns; row++)
      for (let column = 0; column < columns; column++)
        deviations[row * columns + column]! += before[row]! * (unit[column]! - means[column]!)
    let at = 0
    for (const first of unit)
      for (const second of unit) for (const third of unit) thirds[at++]! += first * second * third
  }
  return { n, means, deviations, thirds }
}

/** Moments of the units of both (Chan, Golub and LeVeque 1983). */
export function addMoments(a: Moments, b: Moments): Moments {
  const n = a.n + b.n
  if (n === 0) return a
  const columns = a.means.length
  const apart = b.means.map((mean, column) => mean - a.means[column]!)
  return {
    n,
    means: a.means.map((mean, column) => mean + (apart[column]! * b.n) / n),
    deviations: a.deviations.map((sum, at) => {
      const product = apart[Math.floor(at / columns)]! * apart[at % columns]!
      return sum + b.deviations[at]! + (product * a.n * b.n) / n
    }),
    thirds: a.thirds.map((sum, at) => sum + b.thirds[at]!),
  }
}

/** Covariance of two columns with n - 1 in the denominator; NaN for fewer than two units. */
export const covariance = ({ n, means, deviations }: Moments, row: number, column: number): number =>
  deviations[row * means.length + column]! / (n - 1)
