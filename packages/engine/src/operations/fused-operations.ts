// The registry of a backend's own implementations of operations. The operations of this folder use them if
// they exist; otherwise they are composed of operations that every backend of TensorFlow.js has, so the
// networks are the same code everywhere.
import * as tf from '@tensorflow/tfjs'

/** Ids of texts, one text after the other. */
export interface Bags {
  /** [ids] */
  readonly ids: Int32Array
  /** [texts + 1]: start of each text, and the end of the last one */
  readonly starts: Int32Array
  /** [ids]: weight of each row; 1 by default */
  readonly weights?: Float32Array
}

/** Angles of a position, [d / 2]. Backends cache tables by the array itself: make it once for each network. */
export type Frequencies = readonly number[]

/** Concatenated texts: of N rows the first `lengths[0]` are the first text's tokens, and so on. */
export interface TextLengths {
  /** [texts], N in sum */
  readonly lengths: Int32Array
  /** rows of a head's matrix: at least the longest text's */
  readonly columns: number
}

export interface AttentionMask {
  /** factor of the scores; usually 1 / sqrt(head size) */
  readonly scale: number
  /** heads of each row of the batch: the first axis of the scores is rows * heads */
  readonly heads: number
  /**
   * [rows] int32: keys from a row's length on are padding; without it none is. A row of length 0 attends to
   * nothing: its probabilities are all 0
   */
  readonly lengths?: tf.Tensor1D | undefined
  /** a query attends only to keys up to its own position (the last query attends to all) */
  readonly causal?: boolean | undefined
  /** a query attends only to keys within this distance: local attention (Beltagy et al. 2020) */
  readonly reach?: number | undefined
}

export interface AdamwSlot {
  readonly weight: tf.Variable
  /** first moment, of the weight's shape, zeros at the start */
  readonly mean: tf.Variable
  /** second moment, of the weight's shape, zeros at the start */
  readonly square: tf.Variable
}

export interface AdamwNumbers {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** decoupled weight decay: the weight shrinks by learningRate * weightDecay */
  readonly weightDecay: number
  /** 1 for the first update */
  readonly step: number
  /** the gradient is multiplied by this first (clipping, accumulation) */
  readonly gradientScale: number
}

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
 * @param backend the backend's name in TensorFlow.js
 * @param operations the operations for which it has its own implementation
 */
export function registerFusedOperations(backend: string, operations: Partial<FusedOperations>): void {
  byBackend.set(backend, operations)
}

/** Those of the current backend. */
export const fusedOperations = (): Partial<FusedOperations> => byBackend.get(tf.getBackend()) ?? NONE
