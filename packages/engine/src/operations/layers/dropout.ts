// Hides some entries of a tensor in training (Srivastava et al. 2014). The choice depends on a seed alone, so
// that a recomputed pass hides the same entries.
import * as tf from '@tensorflow/tfjs'

/** Entries set to 0 by `share`, 0 .. 1 without 1; the others are divided by 1 - share. */
export function dropout<T extends tf.Tensor>(x: T, share: number, seed: number): T {
  return tf.tidy(() => tf.mul(x, tf.tensor(kept(x.size, share, seed), x.shape)) as T)
}

function kept(size: number, share: number, seed: number): Float32Array {
  const values = new Float32Array(size)
  const [bound, value] = [share * 2 ** 32, 1 / (1 - share)]
  for (let i = 0; i < size; i++) {
    // the finaliser of MurmurHash3 over a counter
    let mixed = Math.imul(i ^ seed, 0x9e3779b1) ^ seed
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    if ((mixed ^ (mixed >>> 16)) >>> 0 >= bound) values[i] = value
  }
  return values
}
