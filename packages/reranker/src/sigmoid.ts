/** The probability-like score of a logit, in [0, 1]; keeps the order of the logits. */
export function sigmoid(logit: number): number {
  // two forms, so that neither exp overflows
  if (logit >= 0) return 1 / (1 + Math.exp(-logit))
  const exp = Math.exp(logit)
  return exp / (1 + exp)
}
