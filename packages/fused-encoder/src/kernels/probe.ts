// WebAssembly leaves open how the relaxed product reads a byte above 127 of its second operand, and whether its 16-bit sums
// saturate. x64 with VNNI reads unsigned bytes and adds exactly, which is what the kernels need; the caller asks first.

/** Whether 4 x (-127 * 255) comes out as that; the exact kernels say yes. */
export function readsUnsignedBytes(): bool {
  if (ASC_FEATURE_RELAXED_SIMD) {
    const sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(i8x16.splat(-127), i8x16.splat(-1), i32x4.splat(1))
    return i32x4.extract_lane(sums, 0) === 1 - 4 * 127 * 255
  }
  return true
}
