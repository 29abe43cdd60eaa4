// Widens the two 16-bit float formats of checkpoints to 32 bits without loss.

/** Widens bfloat16: the upper half of a float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16
  return new Float32Array(wide.buffer)
}

/** Widens IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const wide = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!
    const sign = half & 0x8000 ? -1 : 1
    const exponent = (half >> 10) & 0x1f
    const fraction = half & 0x3ff
    if (exponent === 0) wide[i] = sign * fraction * 2 ** -24
    else if (exponent === 31) wide[i] = fraction === 0 ? sign * Infinity : Number.NaN
    else wide[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  }
  return wide
}
