// The kernels that can be split, and how: the argument that counts rows (or floats), and the distance of two
// rows for each address.

import type { WasmKernels } from '../wasm/wasm-kernels.ts'
import type { KernelThreads } from './kernel-threads.ts'

interface Cut {
  /** the argument that counts the items to split: rows, floats or blocks of floats */
  readonly count: number
  /** a part begins at a multiple of this number of items; 1 by default */
  readonly step?: (given: readonly number[]) => number
  /** by argument, the distance to the next item: bytes for an address, or 1 for a number */
  readonly moves: (given: readonly number[]) => Readonly<Record<number, number>>
  /** cost of an item in floats */
  readonly size: (given: readonly number[]) => number
}

/** with less work, waking another thread takes longer */
const WORTH_A_THREAD = 2 ** 14

const floats = (count: number): Cut => ({
  count,
  step: () => 16,
  moves: () => Object.fromEntries(Array.from({ length: count }, (_, argument) => [argument, 4])),
  size: () => 1,
})

const CUTS: Partial<Record<keyof WasmKernels, Cut>> = {
  gelu: floats(2),
  geluGradient: floats(4),
  swiglu: floats(3),
  swigluGradient: floats(5),
  adamw: floats(4),
  addTensors: floats(3),
  // (y, bias, rows, D)
  addBias: { count: 2, moves: (a) => ({ 0: 4 * a[3]! }), size: (a) => a[3]! },
  // (x, gamma, beta, y, kept, rows, D)
  layerNorm: { count: 5, moves: (a) => ({ 0: 4 * a[6]!, 3: 4 * a[6]!, 4: 8 }), size: (a) => 2 * a[6]! },
  // (x, gamma, dy, kept, dx, partial, rows, D, block)
  layerNormGradient: {
    count: 6,
    step: (a) => a[8]!,
    moves: (a) => ({ 0: 4 * a[7]!, 2: 4 * a[7]!, 3: 8, 4: 4 * a[7]!, 5: (8 * a[7]!) / a[8]! }),
    size: (a) => 2 * a[7]!,
  },
  // (x, gamma, y, kept, rows, D)
  rmsNorm: { count: 4, moves: (a) => ({ 0: 4 * a[5]!, 2: 4 * a[5]!, 3: 4 }), size: (a) => 2 * a[5]! },
  // (x, gamma, dy, kept, dx, partial, rows, D, block)
  rmsNormGradient: {
    count: 6,
    step: (a) => a[8]!,
    moves: (a) => ({ 0: 4 * a[7]!, 2: 4 * a[7]!, 3: 4, 4: 4 * a[7]!, 5: (4 * a[7]!) / a[8]! }),
    size: (a) => 2 * a[7]!,
  },
  // (x, cos, sin, out, n, T, half)
  rope: {
    count: 4,
    moves: (a) => ({ 0: 8 * a[5]! * a[6]!, 3: 8 * a[5]! * a[6]! }),
    size: (a) => 2 * a[5]! * a[6]!,
  },
  // (x, lengths, y, first, matrices, T, C)
  attentionProbabilities: {
    count: 4,
    moves: (a) => ({ 0: 4 * a[5]! * a[6]!, 2: 4 * a[5]! * a[6]!, 3: 1 }),
    size: (a) => 2 * a[5]! * a[6]!,
  },
  // (y, dy, dx, rows, C)
  attentionProbabilitiesGradient: {
    count: 3,
    moves: (a) => ({ 0: 4 * a[4]!, 1: 4 * a[4]!, 2: 4 * a[4]! }),
    size: (a) => a[4]!,
  },
  // (logits, normalisers, rows, V)
  logSumExp: { count: 2, moves: (a) => ({ 0: 4 * a[3]!, 1: 4 }), size: (a) => 2 * a[3]! },
  // (logits, targets, normalisers, dy, dLogits, rows, V, counted)
  crossEntropyGradient: {
    count: 5,
    moves: (a) => ({ 0: 4 * a[6]!, 1: 4, 2: 4, 4: 4 * a[6]! }),
    size: (a) => 2 * a[6]!,
  },
  // (x, out, n, block): out has one double a block
  sumsOfSquares: {
    count: 2,
    step: (a) => a[3]!,
    moves: (a) => ({ 0: 4, 1: 8 / a[3]! }),
    size: () => 1,
  },
  // (x, out, rows, D, stride): by columns, so that each sum is computed in one piece
  sumRows: { count: 3, step: () => 16, moves: () => ({ 0: 4, 1: 4 }), size: (a) => a[2]! },
  // (x, ids, out, n, D, first, count)
  sumRowsById: { count: 6, moves: (a) => ({ 2: 4 * a[4]!, 5: 1 }), size: (a) => a[4]! },
  // (table, ids, starts, out, texts, D, weights): a text has some hundred ids
  sumBags: { count: 4, moves: (a) => ({ 2: 4, 3: 4 * a[5]! }), size: (a) => 64 * a[5]! },
  // (x, ids, starts, out, texts, D, first, count, weights)
  sumBagsById: { count: 7, moves: (a) => ({ 3: 4 * a[5]!, 6: 1 }), size: (a) => a[5]! },
  // (x, lengths, y, first, texts, T, heads, d)
  splitHeads: {
    count: 4,
    moves: (a) => ({ 2: 4 * a[5]! * a[6]! * a[7]!, 3: 1 }),
    size: (a) => a[5]! * a[6]! * a[7]!,
  },
  // (y, lengths, x, first, texts, T, heads, d)
  mergeHeads: {
    count: 4,
    moves: (a) => ({ 0: 4 * a[5]! * a[6]! * a[7]!, 3: 1 }),
    size: (a) => a[5]! * a[6]! * a[7]!,
  },
}

/** The same kernels; those that can be split run on all threads if there is enough work. */
export function threadedKernels(kernels: WasmKernels, threads: KernelThreads): WasmKernels {
  const cut = Object.entries(CUTS).map(([name, cut]) => {
    const whole = kernels[name as 'gelu']
    const run = (...given: number[]) => {
      const { count } = threads
      const parts = count === 1 ? [given] : partsOf(cut, given, count)
      if (parts.length === 1) whole(...given)
      else threads.run(name, parts)
    }
    return [name, run]
  })
  return { ...kernels, ...Object.fromEntries(cut) }
}

/** The arguments of each part. Exported for its test. */
function partsOf(cut: Cut, given: readonly number[], threads: number): number[][] {
  const total = given[cut.count]!
  const step = cut.step?.(given) ?? 1
  const wanted = Math.min(threads, Math.floor((total * cut.size(given)) / WORTH_A_THREAD))
  if (wanted < 2) return [[...given]]
  const most = step * Math.ceil(total / wanted / step)
  const moves = Object.entries(cut.moves(given)).map(([argument, move]) => [Number(argument), move] as const)
  const parts: number[][] = []
  for (let from = 0; from < total; from += most) {
    const part = [...given]
    for (const [argument, move] of moves) part[argument] = given[argument]! + from * move
    part[cut.count] = Math.min(most, total - from)
    parts.push(part)
  }
  return parts
}
