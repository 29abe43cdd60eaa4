import protobuf, { type onnx as Onnx } from 'onnx-proto'
import { describe, expect, it } from 'vitest'
import { readOnnxWeights } from './onnx-weights.ts'

const { onnx } = protobuf

/** A file as a general ONNX library writes it. */
function file(initializer: Onnx.ITensorProto[]): Uint8Array {
  const model: Onnx.IModelProto = {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    producerName: 'a test',
    graph: { name: 'a graph', node: [{ opType: 'Identity', input: ['a'], output: ['b'] }], initializer },
  }
  return Uint8Array.from(onnx.ModelProto.encode(model).finish())
}

const place = (offset: number, length: number) =>
  Object.entries({ location: 'data', offset: String(offset), length: String(length) }).map(
    ([key, value]) => ({
      key,
      value,
    }),
  )

describe('the weights of an ONNX file', () => {
  const data = Uint8Array.from({ length: 300 }, (_, index) => index)
  const model = file([
    { name: 'inside', dims: [2, 1], dataType: 1, rawData: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    { name: 'outside', dims: [200], dataType: 3, dataLocation: 1, externalData: place(64, 200) },
    { name: 'scalar', dims: [], dataType: 2, rawData: Uint8Array.of(9) },
  ])

  it('come with name, shape and bytes, wherever they lie', () => {
    const { graph, weights } = readOnnxWeights(model, data)
    expect(graph).toBe('a graph')
    expect([...weights.keys()]).toEqual(['inside', 'outside', 'scalar'])
    expect(weights.get('inside')).toEqual({ shape: [2, 1], bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) })
    expect(weights.get('outside')).toEqual({ shape: [200], bytes: data.subarray(64, 264) })
    expect(weights.get('scalar')).toEqual({ shape: [], bytes: Uint8Array.of(9) })
  })

  it('of a file that is cut anywhere are refused or fewer, never wrong', () => {
    const whole = readOnnxWeights(model, data).weights
    for (let length = 0; length < model.length; length++) {
      try {
        const { weights } = readOnnxWeights(model.subarray(0, length), data)
        for (const [name, weight] of weights) expect(weight).toEqual(whole.get(name))
      } catch (error) {
        expect((error as Error).message).toMatch(/cut|no ONNX/)
      }
    }
  })

  it('that point outside of the data are refused by name', () => {
    expect(() => readOnnxWeights(model, data.subarray(0, 200))).toThrow(/outside.*200 bytes/)
  })
})
