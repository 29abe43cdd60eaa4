// The port through which a backend offers its own form of an operation. The operations of this folder ask here first and
// otherwise compose what every backend of TensorFlow.js has, so the networks are the same code everywhere.
import * as tf from '@tensorflow/tfjs'
import type { AdamwNumbers, AdamwSlot } from './adamw-step.ts'
import type { AttentionMask } from './attention-probabilities.ts'
import type { Bags } from './embedding-bag.ts'
import type { TextLengths } from './heads.ts'
import type { Frequencies } from './rope.ts'

/** Each has the shapes, the values and the gradients of the function of that name in this folder. */
export interface FusedOperations {
  linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D
  embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D
  /** ids are rows of the table */
  embeddingBag(table: tf.Tensor2D, bags: Bags): tf.Tensor2D
  layerNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor1D, beta: tf.Tensor1D, epsilon: number): T
  rmsNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor1D, epsilon: number): T
  gelu<T extends tf.Tensor>(x: T): T
  swiglu<T extends tf.Tensor>(gate: T, up: T): T
  rope(x: tf.Tensor3D, angles: Frequencies): tf.Tensor3D
  splitHeads(x: tf.Tensor2D, texts: TextLengths, heads: number): tf.Tensor3D
  mergeHeads(x: tf.Tensor3D, texts: TextLengths, heads: number): tf.Tensor2D
  attentionProbabilities(scores: tf.Tensor3D, mask: AttentionMask): tf.Tensor3D
  sparseCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Scalar
  sparseCrossEntropyGradient(logits: tf.Tensor2D, targets: tf.Tensor1D): tf.Tensor2D
  adamwStep(slot: AdamwSlot, gradient: tf.Tensor, numbers: AdamwNumbers): void
  sumOfSquares(tensors: readonly tf.Tensor[]): number
}

const byBackend = new Map<string, Partial<FusedOperations>>()
const NONE: Partial<FusedOperations> = {}

/**
 * @param backend the name TensorFlow.js knows the backend by
 * @param operations those that it has a form of its own of
 */
export function registerFusedOperations(backend: string, operations: Partial<FusedOperations>): void {
  byBackend.set(backend, operations)
}

/** Those of the backend in use. */
export const fusedOperations = (): Partial<FusedOperations> => byBackend.get(tf.getBackend()) ?? NONE
