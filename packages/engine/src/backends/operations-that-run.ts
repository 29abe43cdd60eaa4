// Tests the fused operations of a backend: an older libtensorflow may lack an operator, and a kernel may be
// for another processor. Each operation is tried once, with its gradient, when the backend opens: if one
// fails, the composition for all backends replaces it.
import * as tf from '@tensorflow/tfjs'
import type { FusedOperations } from '../operations/fused-operations.ts'
import { packBags } from '../operations/layers/embedding-bag.ts'

type Trial<Name extends keyof FusedOperations> = (operation: FusedOperations[Name]) => void

/** @returns the operations that ran, and the names of those that failed. Their backend is current. */
export function operationsThatRun(operations: Partial<FusedOperations>): {
  readonly running: Partial<FusedOperations>
  readonly failed: readonly string[]
} {
  const failed: string[] = []
  const running = Object.fromEntries(
    Object.entries(operations).filter(([name, operation]) => {
      try {
        tf.tidy(() => (trials[name as keyof FusedOperations] as (operation: unknown) => void)(operation))
        return true
      } catch {
        failed.push(name)
        return false
      }
    }),
  )
  return { running, failed }
}

const ones = <Rank extends tf.Rank>(...shape: number[]) =>
  tf.fill(shape as tf.ShapeMap[tf.Rank.R2], 1) as tf.Tensor as tf.Tensor<Rank>
const ids = () => tf.tensor1d([1, 0], 'int32')

/** Takes the gradient by every input. */
const differentiated = <Inputs extends tf.Tensor[]>(
  run: (...inputs: Inputs) => tf.Tensor,
  ...inputs: Inputs
) => void tf.grads((...given: tf.Tensor[]) => tf.sum(run(...(given as Inputs))))(inputs)

const trials: { readonly [Name in keyof FusedOperations]: Trial<Name> } = {
  linear: (run) => differentiated(run, ones<tf.Rank.R2>(2, 2), ones<tf.Rank.R2>(2, 2), ones<tf.Rank.R1>(2)),
  embedding: (run) => differentiated((table) => run(table, ids()), ones<tf.Rank.R2>(2, 2)),
  embeddingBag: (run) => differentiated((table) => run(table, packBags([[0, 1]])), ones<tf.Rank.R2>(2, 2)),
  layerNorm: (run) =>
    differentiated((x, g, b) => run(x, g, b, 1), ones(2, 2), ones<tf.Rank.R1>(2), ones<tf.Rank.R1>(2)),
  rmsNorm: (run) => differentiated((x, g) => run(x, g, 1), ones(2, 2), ones<tf.Rank.R1>(2)),
  gelu: (run) => differentiated(run, ones(2, 2)),
  swiglu: (run) => differentiated(run, ones(2, 2), ones(2, 2)),
  rope: (run) => differentiated((x) => run(x, [1]), ones<tf.Rank.R3>(1, 2, 2)),
  splitHeads: (run) => differentiated((x) => run(x, texts(), 1), ones<tf.Rank.R2>(2, 2)),
  mergeHeads: (run) => differentiated((x) => run(x, texts(), 1), ones<tf.Rank.R3>(1, 2, 2)),
  attentionProbabilities: (run) => {
    const scores = () => ones<tf.Rank.R3>(1, 2, 2)
    differentiated((x) => run(x, { scale: 1, heads: 1, causal: true }), scores())
    differentiated((x) => run(x, { scale: 1, heads: 1, lengths: tf.tensor1d([0], 'int32') }), scores())
  },
  sparseCrossEntropy: (run) => differentiated((logits) => run(logits, ids()), ones<tf.Rank.R2>(2, 2)),
  sparseCrossEntropyGradient: (run) => void run(ones<tf.Rank.R2>(2, 2), ids()),
  adamwStep(run) {
    const numbers = { learningRate: 0.1, beta1: 0.9, beta2: 0.9, epsilon: 1, weightDecay: 0.1, step: 1 }
    const [weight, mean, square] = [1, 2, 3].map(() => tf.variable(ones(2), false))
    const slot = { weight: weight!, mean: mean!, square: square! }
    // the second time it uses the cached values of the first
    try {
      for (let i = 0; i < 2; i++) run(slot, ones(2), { ...numbers, gradientScale: 0.5 })
    } finally {
      tf.dispose([weight!, mean!, square!])
    }
  },
  sumOfSquares: (run) => void run([ones(2)]),
}

const texts = () => ({ lengths: Int32Array.of(2), columns: 2 })
