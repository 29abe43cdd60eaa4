import * as web from 'onnxruntime-web/wasm'
import { expect, it } from 'vitest'
import { toScale } from '../int8/calibrate.ts'
import { createGraph } from './graph.ts'
import { quantizeRows, transpose } from './quantized-weights.ts'

it('gives each row its own scale, the largest value becoming 127', () => {
  const { values, scales } = quantizeRows(Float32Array.of(1, -2, 0.5, 0, 0, 0, -0.127, 0.001, 0.0634), 3)
  expect([...values]).toEqual([64, -127, 32, 0, 0, 0, -127, 1, 63])
  expect([...scales]).toEqual([2 / 127, 1, 0.001].map(Math.fround))
})

it('turns a matrix', () => {
  expect([...transpose(Int8Array.of(1, 2, 3, 4, 5, 6), 2)]).toEqual([1, 4, 2, 5, 3, 6])
})

it('covers a range that was seen by 256 bytes with an exact zero', () => {
  expect(toScale({ low: -64, high: 63.5 })).toEqual({ scale: 0.5, zero: 128 })
  expect(toScale({ low: 0, high: 51 })).toEqual({ scale: 0.2, zero: 0 })
  expect(toScale({ low: -51, high: 0 })).toEqual({ scale: 0.2, zero: 255 })
  expect(toScale({ low: 0, high: 0 })).toEqual({ scale: 1, zero: 0 })
})

it('in WebAssembly, products of the largest bytes and weights add up without saturation', async () => {
  const [inputs, outputs] = [64, 32]
  const graph = createGraph('largest')
  const x = graph.weight('x', [3, inputs], new Uint8Array(3 * inputs).fill(255))
  const weight = graph.weight('w', [inputs, outputs], new Int8Array(inputs * outputs).fill(127))
  const zeros = graph.weight('zeros', [outputs], new Int8Array(outputs))
  const scales = graph.weight('scales', [outputs], new Float32Array(outputs).fill(1))
  const product = graph.node(
    'MatMulIntegerToFloat',
    [x, weight, graph.float('one', 1), scales, graph.weight('zero', [], Uint8Array.of(0)), zeros],
    { domain: 'com.microsoft' },
  )
  const { model, data } = graph.finish(
    [],
    [{ name: 'y', type: 'float32', shape: [3, outputs], from: product }],
  )
  web.env.wasm.numThreads = 1
  const session = await web.InferenceSession.create(model, {
    externalData: [{ path: 'model.onnx.data', data }],
  })
  const { y } = await session.run({})
  expect(new Set(y!.data as Float32Array)).toEqual(new Set([255 * 127 * inputs]))
})
