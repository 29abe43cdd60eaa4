// The graph of a sentence encoder against the reference implementation, and the fused encoder against that graph.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVectorEncoder, embeddedModules, supportedShape } from '@disranker/fused-encoder'
import { encoderTensors, readEncoder } from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import * as ort from 'onnxruntime-node'
import { afterAll, expect, it } from 'vitest'
import { calibrate } from '../int8/calibrate.ts'
import { rowFeeds } from '../push/native-scores.ts'
import { createCheckpoint } from './checkpoint.ts'
import { floatVectorGraph, int8VectorGraph, type VectorSides } from './vector-graph.ts'

const home = mkdtempSync(join(tmpdir(), 'vectors-'))
afterAll(() => rmSync(home, { recursive: true }))

const golden = goldenEncoders().find(({ config }) => config.model_type === 'bert')!
const { tensors } = encoderTensors(readEncoder(golden.config, golden.tensors), golden.tensors)
const checkpoint = createCheckpoint(golden.config, tensors)
const D = checkpoint.model.hidden
// texts of one type, as a sentence encoder reads them
const rows = golden.rows.map(({ ids }) => ({ ids, typeIds: new Int32Array(ids.length) }))
const maps = Object.fromEntries(
  ['query', 'document'].map((name, seed) => [
    name,
    Float32Array.from({ length: D * D }, (_, at) => Math.sin(at * 1.7 + seed) + (at % (D + 1) === 0 ? 2 : 0)),
  ]),
) as Record<'query' | 'document', Float32Array>

async function run({ model, data }: { model: Uint8Array; data: Uint8Array }, name: 'query' | 'document') {
  writeFileSync(join(home, 'model.onnx'), model)
  writeFileSync(join(home, 'model.onnx.data'), data)
  const session = await ort.InferenceSession.create(join(home, 'model.onnx'))
  const made: Float32Array[] = []
  for (const row of rows) made.push((await session.run(rowFeeds([row])))[name]!.data as Float32Array)
  await session.release()
  return made
}
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, at) => sum + value * b[at]!, 0)

it.each([
  { pooling: 'mean', maps: undefined },
  { pooling: 'cls', maps: undefined },
  { pooling: 'mean', maps },
] satisfies VectorSides[])('in 16 bits gives nearly the vectors of float32: $pooling', async (sides) => {
  const float = floatVectorGraph(checkpoint, sides)
  const scales = await calibrate(
    checkpoint,
    rows,
    home,
    floatVectorGraph(checkpoint, sides, { probes: true }),
  )
  const fine = Object.fromEntries(
    Object.entries(scales).map(([site, scale]) => [site, { ...scale, fine: 32 }]),
  )
  const int8 = int8VectorGraph(checkpoint, sides, fine)
  const shape = supportedShape(golden.config as never)!
  const encoder = createVectorEncoder(await embeddedModules(), { shape, ...int8 })
  expect([encoder.features, encoder.form, encoder.products]).toEqual([D, 'exact', 1])
  for (const kind of ['query', 'document'] as const) {
    const [wanted, graph] = [await run(float, kind), await run(int8, kind)]
    for (const [at, { ids }] of rows.entries()) {
      const vector = encoder.embed(kind, ids)
      expect(cosine(vector, vector)).toBeCloseTo(1, 5)
      expect(cosine(vector, wanted[at]!)).toBeGreaterThan(0.98)
      // one product of 16 bits in place of two of 8: the same numbers but for rounding
      expect(cosine(vector, graph[at]!)).toBeGreaterThan(0.9995)
    }
  }
})

it('keeps as many bits as its sums can hold', async () => {
  const sides: VectorSides = { pooling: 'mean', maps: undefined }
  const scales = await calibrate(
    checkpoint,
    rows,
    home,
    floatVectorGraph(checkpoint, sides, { probes: true }),
  )
  const with255 = Object.fromEntries(
    Object.entries(scales).map(([site, scale]) => [site, { ...scale, fine: true }]),
  )
  const shape = supportedShape(golden.config as never)!
  const modules = await embeddedModules()
  expect(() =>
    createVectorEncoder(modules, { shape, ...int8VectorGraph(checkpoint, sides, with255) }),
  ).toThrow(/255 steps of the first, too many/)
})
