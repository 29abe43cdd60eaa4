// The graphs of every architecture against the reference implementation.
import { tmpdir } from 'node:os'
import { encoderTensors, readEncoder } from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import { describe, expect, it } from 'vitest'
import { type Graph, RUNTIMES } from '../testing/run-graph.ts'
import { createCheckpoint } from './graph/checkpoint.ts'
import { floatGraph } from './graph/float-graph.ts'
import { int8Graph } from './graph/int8-graph.ts'
import { quantizeRows } from './graph/quantized-weights.ts'
import { calibrate } from './int8/calibrate.ts'
import { quantisationWays } from './int8/quantisation-ways.ts'

const ranking = goldenEncoders().filter(({ name }) => name !== 'bert-embedding')

describe.each(ranking)('$name', (golden) => {
  const { tensors } = encoderTensors(readEncoder(golden.config, golden.tensors), golden.tensors)
  const checkpoint = createCheckpoint(golden.config, tensors)
  const wanted = golden.outputs.map((logits) => (logits.length === 2 ? logits[1]! - logits[0]! : logits[0]!))
  const furthest = (found: ArrayLike<number>) =>
    Math.max(...wanted.map((value, row) => Math.abs(value - found[row]!)))

  it.each(['native', 'wasm'] as const)(
    'float32 in %s gives what the reference gives, in any company',
    async (runtime) => {
      const runner = await RUNTIMES[runtime](floatGraph(checkpoint))
      expect(furthest(await runner.run(golden.rows))).toBeLessThan(1e-4)
      for (const [at, row] of golden.rows.entries())
        expect(Math.abs((await runner.run([row], 2 * row.ids.length))[0]! - wanted[at]!)).toBeLessThan(1e-4)
      await runner.release()
    },
  )

  it.each(['native', 'wasm'] as const)(
    'int8 in %s is near it, and the same in any company',
    async (runtime) => {
      const scales = await calibrate(checkpoint, golden.rows, tmpdir())
      const runner = await RUNTIMES[runtime](int8Graph(checkpoint, scales))
      const found = await runner.run(golden.rows)
      const range = Math.max(...wanted) - Math.min(...wanted)
      // narrow networks of large random weights make much of a small difference
      expect(furthest(found)).toBeLessThan(0.25 * range)
      for (const [at, row] of golden.rows.entries())
        expect(Math.abs((await runner.run([row], 2 * row.ids.length))[0]! - found[at]!)).toBeLessThan(1e-4)
      await runner.release()
    },
  )

  it('with a second byte little but the rounding of weights is lost', async () => {
    // weights that bytes hold exactly: what is left is the rounding of activations, and the GELU in its faster form
    const rounded = new Map(
      [...tensors].map(([name, { shape, data }]) => [
        name,
        shape.length === 2 ? { shape, data: roundRows(data, shape[0]!) } : { shape, data },
      ]),
    )
    const exact = createCheckpoint(golden.config, rounded)
    const logitsOf = async (graph: Graph) => {
      const runner = await RUNTIMES.wasm(graph)
      const logits = await runner.run(golden.rows)
      await runner.release()
      return logits
    }
    const float = await logitsOf(floatGraph(exact))
    const losses: number[] = []
    for (const { scales } of quantisationWays(await calibrate(exact, golden.rows, tmpdir()))) {
      const logits = await logitsOf(int8Graph(exact, scales))
      losses.push(Math.max(...float.map((value, row) => Math.abs(value - logits[row]!))))
    }
    expect(losses[1]).toBeLessThan(losses[0]! / 20)
  })
})

const roundRows = (data: Float32Array, rows: number) => {
  const { values, scales } = quantizeRows(data, rows)
  return Float32Array.from(values, (value, at) => value * scales[Math.floor((at * rows) / data.length)]!)
}
