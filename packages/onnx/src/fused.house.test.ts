// The fused encoder against onnxruntime on the same int8 graph, and against the reference, for every architecture that it computes.
import { tmpdir } from 'node:os'
import {
  createFusedEncoder,
  type EncoderConfig,
  embeddedModules,
  supportedShape,
} from '@disranker/fused-encoder'
import { encoderTensors, readEncoder } from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import { describe, expect, it } from 'vitest'
import { RUNTIMES } from '../testing/run-graph.ts'
import { createCheckpoint } from './graph/checkpoint.ts'
import { int8Graph } from './graph/int8-graph.ts'
import { calibrate } from './int8/calibrate.ts'
import { quantisationWays } from './int8/quantisation-ways.ts'

const goldens = goldenEncoders().filter(({ name }) =>
  ['bert', 'modernbert', 'modernbert-mean'].includes(name),
)
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, at) => Math.abs(value - b[at]!)))
/**
 * In the order of quantisationWays, with bounds of what lies between the engines, where a logit of two bytes shows the last digits of
 * attention, and of what lies between int8 and the reference: narrow networks of large random weights make much of a small difference.
 */
const WAYS = [
  ['seven bits', /relaxed|seven/, 1e-5, 0.5],
  ['a byte', /exact|relaxed/, 1e-5, 0.25],
  ['two bytes', /exact|relaxed/, 5e-4, 0.25],
] as const

describe.each(goldens)('$name', (golden) => {
  const { tensors } = encoderTensors(readEncoder(golden.config, golden.tensors), golden.tensors)
  const checkpoint = createCheckpoint(golden.config, tensors)
  const range = Math.max(...golden.outputs.flat()) - Math.min(...golden.outputs.flat())

  it.each(WAYS)(
    '%s: what onnxruntime gives, the same bits in every form',
    async (way, form, bound, share) => {
      const ways = quantisationWays(await calibrate(checkpoint, golden.rows, tmpdir()), { maxLoss: 1 })
      const { scales } = ways.find(({ what }) => what.startsWith(way))!
      const graph = int8Graph(checkpoint, scales)
      const shape = supportedShape(golden.config as unknown as EncoderConfig)
      if (typeof shape === 'string') throw new Error(shape)
      const modules = await embeddedModules()
      const [exact, fast] = [{ exact: modules.exact }, modules].map((some) => {
        const encoder = createFusedEncoder(some, { shape, ...graph })
        return {
          form: encoder.form,
          scores: golden.rows.map(({ ids, typeIds }) => encoder.score(ids, typeIds)),
        }
      })
      expect([exact!.form, fast!.form]).toEqual(['exact', expect.stringMatching(form)])
      expect(fast!.scores).toEqual(exact!.scores)
      const runner = await RUNTIMES.wasm(graph)
      expect(furthest(exact!.scores, await runner.run(golden.rows))).toBeLessThan(bound)
      await runner.release()
      expect(furthest(exact!.scores, golden.outputs.flat())).toBeLessThan(share * range)
    },
  )
})
