// Standardises scores: (score - mean) / deviation.

export interface Standard {
  readonly mean: number
  /** 1 where all values are equal */
  readonly deviation: number
}

/** Mean and standard deviation. @param values are iterated twice, so that a large run need not be a list */
export function standardOf(values: () => Iterable<number>): Standard {
  let count = 0
  let sum = 0
  for (const value of values()) {
    sum += value
    count++
  }
  const mean = sum / Math.max(1, count)
  let square = 0
  for (const value of values()) square += (value - mean) ** 2
  return { mean, deviation: Math.sqrt(square / Math.max(1, count)) || 1 }
}

/** The scores of runs, one after the other. */
export function* scoresIn(
  runs: readonly Iterable<readonly [string, readonly { readonly score: number }[]]>[],
): Generator<number> {
  for (const run of runs) for (const [, rows] of run) for (const { score } of rows) yield score
}
