// The operations of the networks by kernels of the side module, each with its gradient. A kernel runs over
// the whole tensor once where a composition makes a tensor in each step; values for the backward pass are
// saved with the inputs.
import * as tf from '@tensorflow/tfjs'
import { differentiable } from '../../operations/differentiable.ts'
import type { FusedOperations, TextLengths } from '../../operations/fused-operations.ts'
import { adamwInPlace } from './wasm-adamw.ts'
import type { WasmHeap } from './wasm-heap.ts'
import type { WasmKernels } from './wasm-kernels.ts'
import { ropeOperation } from './wasm-rope.ts'

/** rows whose gradients of gamma and beta are summed in one piece */
const BLOCK = 128
/** floats whose squares are summed in one piece */
const SQUARES = 2 ** 15

export function wasmFusedOperations(heap: WasmHeap, kernels: WasmKernels): FusedOperations {
  const at = (tensor: tf.Tensor) => heap.address(tensor)
  const like = <T extends tf.Tensor>(tensor: T) => heap.tensor<T>(tensor.shape)
  const rows = (x: tf.Tensor): [rows: number, D: number] => [x.size / x.shape.at(-1)!, x.shape.at(-1)!]
  const split = (x: tf.Tensor, { lengths, columns: T }: TextLengths, heads: number) => {
    const [texts, d] = [lengths.length, x.shape[1]! / heads]
    const out = heap.tensor<tf.Tensor3D>([texts * heads, T, d])
    kernels.splitHeads(at(x), heap.scratchOf(lengths), at(out), 0, texts, T, heads, d)
    return out
  }
  const merge = (x: tf.Tensor, { lengths, columns: T }: TextLengths, heads: number) => {
    const [texts, d] = [lengths.length, x.shape[2]!]
    const tokens = lengths.reduce((sum, length) => sum + length, 0)
    const out = heap.tensor<tf.Tensor2D>([tokens, heads * d])
    kernels.mergeHeads(at(x), heap.scratchOf(lengths), at(out), 0, texts, T, heads, d)
    return out
  }

  return {
    linear: (x, weight, bias) =>
      differentiable([x, weight, bias], (save) => {
        const y: tf.Tensor2D = tf.matMul(x, weight, false, true)
        kernels.addBias(at(y), at(bias), ...rows(y))
        save([x, weight])
        const gradFunc = (dy: tf.Tensor, [x, weight]: tf.Tensor[]) => {
          const dBias = heap.tensor(bias.shape)
          const [R, D] = rows(dy)
          kernels.sumRows(at(dy), at(dBias), R, D, D)
          return [tf.matMul(dy, weight!), tf.matMul(dy, x!, true, false), dBias]
        }
        return { value: y, gradFunc }
      }),

    embedding: (table, ids) =>
      differentiable([table], (save) => {
        const [V, D] = table.shape
        const y = heap.tensor<tf.Tensor2D>([ids.size, D])
        const wrong = kernels.gatherRows(at(table), at(ids), at(y), ids.size, D, V)
        if (wrong >= 0)
          throw new Error(`Id ${wrong} of ${ids.size} is ${ids.dataSync()[wrong]}; wanted 0 .. ${V - 1}.`)
        save([ids])
        const gradFunc = (dy: tf.Tensor, [ids]: tf.Tensor[]) => {
          const dTable = heap.tensor([V, D])
          kernels.sumRowsById(at(dy), at(ids!), at(dTable), ids!.size, D, 0, V)
          return dTable
        }
        return { value: y, gradFunc }
      }),

    embeddingBag: (table, bags) =>
      differentiable([table], (save) => {
        const [V, D] = table.shape
        const texts = bags.starts.length - 1
        const [ids, starts] = [tf.tensor1d(bags.ids, 'int32'), tf.tensor1d(bags.starts, 'int32')]
        const weights = bags.weights && tf.tensor1d(bags.weights)
        const y = heap.tensor<tf.Tensor2D>([texts, D])
        kernels.sumBags(at(table), at(ids), at(starts), at(y), texts, D, weights ? at(weights) : 0)
        save([ids, starts, ...(weights ? [weights] : [])])
        const gradFunc = (dy: tf.Tensor, [ids, starts, weights]: tf.Tensor[]) => {
          const dTable = heap.tensor([V, D])
          const by = weights ? at(weights) : 0
          kernels.sumBagsById(at(dy), at(ids!), at(starts!), at(dTable), texts, D, 0, V, by)
          return dTable
        }
        return { value: y, gradFunc }
      }),

    layerNorm: (x, gamma, beta, epsilon) =>
      differentiable([x, gamma, beta], (save) => {
        const [R, D] = rows(x)
        const [y, kept] = [like(x), heap.tensor([R, 2])]
        kernels.layerNorm(at(x), at(gamma), at(beta), at(y), at(kept), R, D, epsilon)
        save([x, gamma, kept])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [x, gamma, kept] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
          const out = [like(x), like(gamma), like(gamma)] as const
          const [dx, dGamma, dBeta] = out
          const blocks = Math.ceil(R / BLOCK)
          const partial = heap.scratch(2 * D * blocks)
          kernels.layerNormGradient(at(x), at(gamma), at(dy), at(kept), at(dx), partial, R, D, BLOCK)
          kernels.sumRows(partial, at(dGamma), blocks, D, 2 * D)
          kernels.sumRows(partial + 4 * D, at(dBeta), blocks, D, 2 * D)
          return [...out]
        }
        return { value: y, gradFunc }
      }),

    rmsNorm: (x, gamma, epsilon) =>
      differentiable([x, gamma], (save) => {
        const [R, D] = rows(x)
        const [y, kept] = [like(x), heap.tensor([R])]
        kernels.rmsNorm(at(x), at(gamma), at(y), at(kept), R, D, epsilon)
        save([x, gamma, kept])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [x, gamma, kept] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
          const [dx, dGamma] = [like(x), like(gamma)]
          const blocks = Math.ceil(R / BLOCK)
          const partial = heap.scratch(D * blocks)
          kernels.rmsNormGradient(at(x), at(gamma), at(dy), at(kept), at(dx), partial, R, D, BLOCK)
          kernels.sumRows(partial, at(dGamma), blocks, D, D)
          return [dx, dGamma]
        }
        return { value: y, gradFunc }
      }),

    gelu: (x) =>
      differentiable([x], (save) => {
        const y = like(x)
        kernels.gelu(at(x), at(y), x.size)
        save([x, y])
        const gradFunc = (dy: tf.Tensor, [x, y]: tf.Tensor[]) => {
          const dx = like(dy)
          kernels.geluGradient(at(x!), at(y!), at(dy), at(dx), dx.size)
          return dx
        }
        return { value: y, gradFunc }
      }),

    swiglu: (gate, up) =>
      differentiable([gate, up], (save) => {
        const y = like(gate)
        kernels.swiglu(at(gate), at(up), at(y), y.size)
        save([gate, up])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [gate, up] = saved as [tf.Tensor, tf.Tensor]
          const [dGate, dUp] = [like(gate), like(up)]
          kernels.swigluGradient(at(gate), at(up), at(dy), at(dGate), at(dUp), gate.size)
          return [dGate, dUp]
        }
        return { value: y, gradFunc }
      }),

    rope: ropeOperation(heap, kernels),

    splitHeads: (x, texts, heads) =>
      differentiable([x], () => ({
        value: split(x, texts, heads),
        gradFunc: (dy) => merge(dy, texts, heads),
      })),

    mergeHeads: (x, texts, heads) =>
      differentiable([x], () => ({
        value: merge(x, texts, heads),
        gradFunc: (dy) => split(dy, texts, heads),
      })),

    attentionProbabilities: (scores, { scale, heads, lengths, causal = false, reach }) =>
      differentiable([scores], (save) => {
        const [matrices, T, C] = scores.shape
        const y = like(scores)
        const mask = lengths ? at(lengths) : 0
        const before = reach ?? T + C
        const sizes = [0, matrices, T, C, heads, scale, before, causal ? 0 : before] as const
        kernels.attentionProbabilities(at(scores), mask, at(y), ...sizes)
        save([y])
        const gradFunc = (dy: tf.Tensor, [y]: tf.Tensor[]) => {
          const dx = like(dy)
          kernels.attentionProbabilitiesGradient(at(y!), at(dy), at(dx), matrices * T, C, scale)
          return dx
        }
        return { value: y, gradFunc }
      }),

    sparseCrossEntropy: (logits, targets) =>
      differentiable([logits], (save) => {
        const [N, V] = logits.shape
        const [loss, normalisers] = [heap.tensor<tf.Scalar>([]), heap.tensor([N])]
        kernels.logSumExp(at(logits), at(normalisers), N, V)
        const counted = kernels.crossEntropy(at(logits), at(targets), at(normalisers), at(loss), N, V)
        if (counted < 0)
          throw new Error(
            `Target ${-1 - counted} is ${targets.dataSync()[-1 - counted]}; wanted -1 .. ${V - 1}.`,
          )
        save([logits, targets, normalisers])
        const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [logits, targets, normalisers] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
          const dx = like(logits)
          kernels.crossEntropyGradient(
            at(logits),
            at(targets),
            at(normalisers),
            at(dy),
            at(dx),
            N,
            V,
            counted,
          )
          return dx
        }
        return { value: loss, gradFunc }
      }),

    sparseCrossEntropyGradient(logits, targets) {
      const [N, V] = logits.shape
      return tf.tidy(() => {
        const [loss, normalisers, dx] = [heap.tensor([]), heap.tensor([N]), like(logits)]
        kernels.logSumExp(at(logits), at(normalisers), N, V)
        const counted = kernels.crossEntropy(at(logits), at(targets), at(normalisers), at(loss), N, V)
        const one = at(tf.scalar(1))
        const addresses = [at(logits), at(targets), at(normalisers), one, at(dx)]
        kernels.crossEntropyGradient(...addresses, N, V, counted)
        return dx
      })
    },

    adamwStep: adamwInPlace(heap, kernels),
    sumOfSquares: (tensors) => {
      let sum = 0
      for (const x of tensors) {
        const blocks = Math.ceil(x.size / SQUARES)
        const out = heap.scratch(2 * blocks)
        kernels.sumsOfSquares(at(x), out, x.size, SQUARES)
        for (const part of heap.doubles(out, blocks)) sum += part
      }
      return sum
    },
  }
}
