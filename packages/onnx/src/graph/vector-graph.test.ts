// The graph of a sentence encoder against the reference implementation, and the fused encoder against that graph.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEncoderCheckpoint } from '@disranker/checkpoint'
import {
  createVectorEncoder,
  type EncoderConfig,
  type EncoderShape,
  embeddedModules,
  supportedShape,
} from '@disranker/fused-encoder'
import { encoderTensors, readEncoder, writeModelFolder } from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import * as ort from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import { calibrate } from '../int8/calibrate.ts'
import { rowFeeds } from '../push/native-scores.ts'
import { vectorEncoder } from '../vectors/vector-bundle.ts'
import { createCheckpoint } from './checkpoint.ts'
import { floatVectorGraph, int8VectorGraph, type VectorSides } from './vector-graph.ts'

const home = mkdtempSync(join(tmpdir(), 'vectors-'))
afterAll(() => rmSync(home, { recursive: true }))

const around = { start: [], end: [] }
const goldens = goldenEncoders().filter(({ name }) => ['bert', 'modernbert'].includes(name))

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, at) => sum + value * b[at]!, 0)

describe.each(goldens)('$name', (golden) => {
  const { tensors } = encoderTensors(readEncoder(golden.config, golden.tensors), golden.tensors)
  const checkpoint = createCheckpoint(golden.config, tensors)
  const D = checkpoint.model.hidden
  const shape = supportedShape(golden.config as unknown as EncoderConfig) as EncoderShape
  // texts of one type, as a sentence encoder reads them
  const rows = golden.rows.map(({ ids }) => ({ ids, typeIds: new Int32Array(ids.length) }))
  const maps = Object.fromEntries(
    ['query', 'document'].map((name, seed) => [
      name,
      Float32Array.from(
        { length: D * D },
        (_, at) => Math.sin(at * 1.7 + seed) + (at % (D + 1) === 0 ? 2 : 0),
      ),
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
    const modules = await embeddedModules()
    expect(() =>
      createVectorEncoder(modules, { shape, ...int8VectorGraph(checkpoint, sides, with255) }),
    ).toThrow(/255 steps of the first, too many/)
  })

  it('is cut to the texts of a bundle, whose config tells the rest', async () => {
    const folder = join(home, golden.name)
    mkdirSync(folder)
    writeModelFolder(folder, golden)
    const lengths = { query: 12, document: 30 }
    const reading = { lengths, prefixes: { query: '', document: '' }, pooling: 'mean', around } as const
    const note = { from: folder, identity: 'golden', temperature: 1, reading }
    const texts = rows.map(({ ids, typeIds }) => ({ ids: ids.slice(0, 30), typeIds: typeIds.slice(0, 30) }))
    const files = await vectorEncoder(readEncoderCheckpoint(folder), note, undefined, texts, home)
    const cut = supportedShape(files.config.encoder) as EncoderShape
    expect(cut).toEqual({ ...shape, positions: 30 })
    const encoder = createVectorEncoder(await embeddedModules(), { shape: cut, ...files })
    const wanted = await run(floatVectorGraph(checkpoint, { pooling: 'mean', maps: undefined }), 'document')
    // the text that is short enough
    const last = rows.length - 1
    expect(cosine(encoder.embed('document', rows[last]!.ids), wanted[last]!)).toBeGreaterThan(0.98)
    expect(() => encoder.embed('document', rows[0]!.ids)).toThrow(/1 to 30/)
  })
})
