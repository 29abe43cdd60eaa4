// Computes without the gradient tape. A computation without trained weights needs nothing for the backward
// pass, but TensorFlow.js would keep the inputs of every operation until the end of the step.
import * as tf from '@tensorflow/tfjs'
import { differentiable } from './differentiable.ts'

/** Computes outside the gradient tape; only the result is kept. */
export const untaped = <T extends tf.Tensor>(compute: () => T): T =>
  differentiable<T>([], () => ({ value: tf.tidy(compute), gradFunc: () => [] }))
