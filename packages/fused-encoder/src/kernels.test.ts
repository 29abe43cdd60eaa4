// Every kernel against the same computation written plainly in double precision, in both forms.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openKernels } from './kernels.ts'
import { packPanels, packWeights } from './packed-linear.ts'

const read = (form: string) => new WebAssembly.Module(readFileSync(new URL(`${form}.wasm`, import.meta.url)))
const exact = read('exact')
const memory = new WebAssembly.Memory({ initial: 64 })
const forms = [openKernels({ exact }, memory)]
const fast = openKernels({ exact, relaxed: read('relaxed') }, memory)
if (fast.form === 'relaxed') forms.push(fast)

const floats = (at: number, length: number) => new Float32Array(memory.buffer, at, length)
/** a repeatable mix of numbers from -1 to 1 */
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) * Math.cos(i * 3.7 + seed))
const [A, B, C, D, E, F] = [0x10000, 0x60000, 0xb0000, 0x100000, 0x150000, 0x1a0000] as const

function close(got: ArrayLike<number>, wanted: ArrayLike<number>, within: number) {
  expect(got.length).toBe(wanted.length)
  const most = Array.from(got, (value, i) => Math.abs(value - wanted[i]!)).reduce((a, b) => Math.max(a, b), 0)
  expect(most).toBeLessThanOrEqual(within)
}

describe.each(forms)('the $form kernels', ({ kernels, form }) => {
  const group = form === 'relaxed' ? 4 : 2
  const zero = 131
  /** activations as bytes, whatever the form keeps */
  const bytes = (at: number, length: number): number[] =>
    form === 'relaxed'
      ? [...new Uint8Array(memory.buffer, at, length)]
      : Array.from(new Int16Array(memory.buffer, at, length), (value) => value + zero)

  it('quantise as ONNX says: halves to even, cut to a byte', () => {
    const x = [0, 0.5, 1.5, 2.5, -0.5, -1.5, 1e9, -1e9, 124, 124.4, -131, -131.6]
    floats(A, x.length).set(x.map((value) => value * 0.25))
    kernels.quantize(A, B, x.length, 0.25, zero)
    expect(bytes(B, x.length)).toEqual([131, 131, 133, 133, 131, 129, 255, 0, 255, 255, 0, 0])
  })

  it('leave a second byte what the first does not hold', () => {
    const x = [0, 0.12, 0.13, -0.12, 1e9, -1e9, 3.1, 0.1]
    floats(A, x.length).set(x)
    const restScale = Math.fround(0.25 / 255)
    kernels.quantize(A, B, x.length, 0.25, zero, C, restScale)
    const first = bytes(B, x.length).map((byte) => (byte - zero) * 0.25)
    const second = form === 'relaxed' ? 128 : zero
    const rest = bytes(C, x.length).map((byte) => byte - second)
    expect(rest).toEqual(
      x.map((value, i) => Math.max(-128, Math.min(127, Math.round((value - first[i]!) / restScale)))),
    )
    for (const [i, value] of x.slice(0, 4).entries())
      expect(first[i]! + rest[i]! * restScale).toBeCloseTo(value, 3)
  })

  it.each([1, 3, 4, 9])('multiply %i rows of bytes exactly', (rows) => {
    const [inputs, outputs, stride] = [24, 16, 20]
    const weight = Int8Array.from(noise(inputs * outputs, 2), (value) => Math.round(value * 127))
    weight.fill(-127, 0, outputs * 4)
    const layer = { weight, scales: noise(outputs, 3), biases: noise(outputs, 4), inputs, outputs, zero }
    packWeights(layer, group, new Int8Array(memory.buffer, B))
    packPanels(layer, group, new DataView(memory.buffer, C))
    const activations = Array.from(noise(rows * inputs, 5), (value) => Math.round(value * 127.5 + 127.5))
    activations.fill(255, 0, 8)
    floats(A, rows * inputs).set(activations.map((value) => value - zero))
    kernels.quantize(A, D, rows * inputs, 1, zero)
    expect(bytes(D, rows * inputs)).toEqual(activations)
    floats(E, rows * stride).fill(7)
    kernels.linear(D, B, C, E, rows, outputs, inputs, stride)
    const wanted = Array.from({ length: rows * stride }, (_, at) => {
      const [i, j] = [Math.floor(at / stride), at % stride]
      if (j >= outputs) return 7
      let sum = 0
      for (let k = 0; k < inputs; k++) sum += (activations[i * inputs + k]! - zero) * weight[k * outputs + j]!
      return Math.fround(Math.fround(sum * layer.scales[j]!) + layer.biases[j]!)
    })
    expect([...floats(E, rows * stride)]).toEqual(wanted)
    // and once more on top
    kernels.linear(D, B, C, E, rows, outputs, inputs, stride, 1)
    const twice = wanted.map((value, at) => (at % stride < outputs ? Math.fround(2 * value) : value))
    expect([...floats(E, rows * stride)]).toEqual(twice)
  })

  // in blocks of 32 queries, from the first key that one of them sees
  it.each([
    ...[1, 2, 7, 8, 13].map((T) => [T, 0, Math.min(T, 5)] as const),
    ...[1, 3, 9, 40].map((window) => [77, window, 77] as const),
  ])('attend over %i tokens, window %i', (T, window, queries) => {
    const [width, heads] = [32, 2]
    const d = width / heads
    const qkv = noise(T * 3 * width, T).map((value) => 4 * value)
    floats(A, qkv.length).set(qkv)
    // what a longer text left behind
    floats(C, 8192).fill(Number.NaN)
    kernels.attention(A, B, C, T, queries, width, heads, window)
    const wanted: number[] = []
    for (let i = 0; i < queries; i++)
      for (let h = 0; h < heads; h++) {
        const at = (row: number, part: number, k: number) => qkv[row * 3 * width + part * width + h * d + k]!
        const scores = Array.from({ length: T }, (_, j) => {
          let sum = 0
          for (let k = 0; k < d; k++) sum += at(i, 0, k) * at(j, 1, k)
          return window > 0 && Math.abs(i - j) > window ? 0 : Math.exp(sum / Math.sqrt(d))
        })
        const total = scores.reduce((a, b) => a + b, 0)
        for (let k = 0; k < d; k++)
          wanted.push(scores.reduce((sum, e, j) => sum + (e / total) * at(j, 2, k), 0))
      }
    close(floats(B, queries * width), wanted, 1e-5)
  })

  it.each([1, 7, 8, 17])('normalise %i rows', (rows) => {
    const width = 24
    const [x, skip, gamma, beta] = [
      noise(rows * width, 1),
      noise(rows * width, 2),
      noise(width, 3),
      noise(width, 4),
    ]
    for (const [at, values] of [
      [A, x],
      [B, skip],
      [C, gamma],
      [D, beta],
    ] as const)
      floats(at, values.length).set(values)
    floats(E, rows * width + 4).fill(7)
    kernels.skipNorm(A, B, C, D, F, E, rows, width, 1e-5)
    const wanted = Array.from({ length: rows }, (_, row) => {
      const v = Array.from({ length: width }, (_, i) => x[row * width + i]! + skip[row * width + i]!)
      const mean = v.reduce((a, b) => a + b, 0) / width
      const variance = v.reduce((sum, one) => sum + (one - mean) ** 2, 0) / width
      return v.map((one, i) => ((one - mean) / Math.sqrt(variance + 1e-5)) * gamma[i]! + beta[i]!)
    }).flat()
    close(floats(E, rows * width), wanted, 2e-6)
    expect([...floats(E + 4 * rows * width, 4)]).toEqual([7, 7, 7, 7])
    // the sum stays, or the norm takes its position
    expect([...floats(F, rows * width)]).toEqual(Array.from(x, (one, i) => Math.fround(one + skip[i]!)))
    const apart = [...floats(E, rows * width)]
    kernels.skipNorm(A, B, C, D, E, E, rows, width, 1e-5)
    expect([...floats(E, rows * width)]).toEqual(apart)
  })

  it('embed words, types and positions', () => {
    const [width, T] = [8, 3]
    const words = Int8Array.from({ length: 5 * width }, (_, i) => ((i * 37) % 255) - 127)
    const [scales, types, places] = [noise(5, 1), noise(2 * width, 2), noise(T * width, 3)]
    new Int8Array(memory.buffer, A, words.length).set(words)
    floats(B, 5).set(scales)
    floats(C, types.length).set(types)
    floats(D, places.length).set(places)
    const [ids, typeIds] = [
      [4, 0, 2],
      [0, 1, 1],
    ]
    new Int32Array(memory.buffer, E, 3).set(ids)
    new Int32Array(memory.buffer, E + 64, 3).set(typeIds)
    floats(E + 128, width).fill(1)
    floats(E + 256, width).fill(0)
    kernels.embed(E, E + 64, A, B, C, D, E + 128, E + 256, F, T, width, 0)
    const wanted = ids.flatMap((id, t) => {
      const v = Array.from(
        { length: width },
        (_, i) =>
          words[id * width + i]! * scales[id]! + types[typeIds[t]! * width + i]! + places[t * width + i]!,
      )
      const mean = v.reduce((a, b) => a + b, 0) / width
      const deviation = Math.sqrt(v.reduce((sum, one) => sum + (one - mean) ** 2, 0) / width)
      return v.map((one) => (one - mean) / deviation)
    })
    close(floats(F, T * width), wanted, 2e-6)
  })

  it('bend by GELU', () => {
    const x = [-1e4, -12, -3, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 3, 5]
    floats(A, x.length).set(x)
    kernels.gelu(A, B, 1, x.length, false, 0.02, zero)
    const gelu = (v: number) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))
    const wanted = x.map((v) => Math.min(255, Math.max(0, Math.round(gelu(v) / 0.02) + zero)))
    expect(bytes(B, x.length)).toEqual(wanted)
  })

  it('multiply GELU by its gates', () => {
    const [rows, width] = [3, 8]
    const x = noise(rows * 2 * width, 6).map((value) => 3 * value)
    floats(A, x.length).set(x)
    kernels.gelu(A, B, rows, width, true, 0.02, zero)
    const gelu = (v: number) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))
    const wanted = Array.from({ length: rows * width }, (_, at) => {
      const row = Math.floor(at / width) * 2 * width + (at % width)
      return Math.min(255, Math.max(0, Math.round((gelu(x[row]!) * x[row + width]!) / 0.02) + zero))
    })
    expect(bytes(B, rows * width)).toEqual(wanted)
  })

  it('turn heads by the angles of their positions', () => {
    const [rows, stride, heads, d] = [5, 40, 2, 16]
    const [x, angles] = [noise(rows * stride, 1), noise((rows * d) / 2, 2)]
    floats(A, x.length).set(x)
    floats(B, angles.length).set(angles.map(Math.cos))
    floats(C, angles.length).set(angles.map(Math.sin))
    kernels.rotate(A, B, C, rows, stride, heads, d)
    const wanted = Array.from(x, (value, at) => {
      const [row, column] = [Math.floor(at / stride), at % stride]
      if (column >= heads * d) return value
      const i = column % d
      const upper = i >= d / 2
      const angle = angles[(row * d) / 2 + (i % (d / 2))]!
      const other = x[upper ? at - d / 2 : at + d / 2]!
      return value * Math.cos(angle) + (upper ? other : -other) * Math.sin(angle)
    })
    close(floats(A, x.length), wanted, 1e-6)
  })

  it('classify behind GELU and a norm', () => {
    const width = 16
    const [x, dense, bias, gamma, beta, classifier] = [1, 2, 3, 4, 5, 6].map((seed) =>
      noise(seed === 2 ? width * width : width, seed),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array]
    for (const [at, values] of [
      [A, x],
      [B, dense],
      [C, bias],
      [D, gamma],
      [E, beta],
      [F, classifier],
    ] as const)
      floats(at, values.length).set(values)
    // the normal distribution function by its Taylor series
    const normal = (v: number) => {
      let [sum, term] = [0.5, v / Math.sqrt(2 * Math.PI)]
      for (let n = 0; n < 60; n++) {
        sum += term / (2 * n + 1)
        term *= -(v * v) / (2 * (n + 1))
      }
      return sum
    }
    const inner = Array.from(bias, (b, i) => {
      let sum = b
      for (let k = 0; k < width; k++) sum += dense[i * width + k]! * x[k]!
      return sum * normal(sum)
    })
    const mean = inner.reduce((a, b) => a + b) / width
    const deviation = Math.sqrt(inner.reduce((sum, one) => sum + (one - mean) ** 2, 0) / width + 1e-5)
    const wanted = inner
      .map((one, i) => (((one - mean) / deviation) * gamma[i]! + beta[i]!) * classifier[i]!)
      .reduce((a, b) => a + b, 0.25)
    expect(kernels.normedHead(A, B, C, D, E, F, 0.25, F + 4 * width, width, 1e-5)).toBeCloseTo(wanted, 5)
  })

  it('pool and classify', () => {
    const width = 8
    const [x, pooler, bias, classifier] = [noise(8, 1), noise(64, 2), noise(8, 3), noise(8, 4)]
    for (const [at, values] of [
      [A, x],
      [B, pooler],
      [C, bias],
      [D, classifier],
    ] as const)
      floats(at, values.length).set(values)
    const wanted = Array.from(bias, (b, i) => {
      let sum = b
      for (let k = 0; k < width; k++) sum += pooler[i * width + k]! * x[k]!
      return Math.tanh(sum) * classifier[i]!
    }).reduce((a, b) => a + b, 0.25)
    expect(kernels.head(A, B, C, D, 0.25, width)).toBeCloseTo(wanted, 5)
  })
})
