// An interval that is valid at every look, so that an experiment may be stopped at any time. It is the interval of the mixture
// sequential probability ratio test with a normal mixture (Robbins 1970; Johari, Pekelis and Walsh 2017), in the asymptotic form of Waudby-Smith, Arbour, Sinha, Kennedy and
// Ramdas 2021, "Time-uniform central limit theory and asymptotic confidence sequences", equation 3: with v the variance of the estimate
// now and t the deviation of the mixture,
//   radius^2 = v (v + t^2) / t^2 * (2 ln(1 / alpha) + ln((v + t^2) / v)).

/**
 * Half the width of the interval.
 * @param variance of the estimate at this look
 * @param deviation of the mixture: the size of an effect for which the interval is narrow; fixed before the first look
 */
export function confidenceSequenceRadius(variance: number, deviation: number, alpha: number): number {
  const mixed = variance + deviation ** 2
  return Math.sqrt(
    ((variance * mixed) / deviation ** 2) * (2 * Math.log(1 / alpha) + Math.log(mixed / variance)),
  )
}

/**
 * The deviation of the mixture with which the interval is narrowest when the estimate has this variance (Waudby-Smith et al. 2021,
 * appendix B.2, with Lambert's W by its first terms).
 */
export function mixtureDeviation(variance: number, alpha: number): number {
  const squared = -2 * Math.log(alpha)
  return Math.sqrt(variance * (squared + Math.log(squared + 1)))
}
