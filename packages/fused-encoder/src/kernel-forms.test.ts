// Which form of the kernels a machine gets, and products of seven bits, which are exact in every form.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Kernels, openKernels } from './kernels.ts'
import { packPanels, packWeights } from './packed-linear.ts'

const read = (form: string) => new WebAssembly.Module(readFileSync(new URL(`${form}.wasm`, import.meta.url)))
const exact = read('exact')
const memory = new WebAssembly.Memory({ initial: 64 })
const floats = (at: number, length: number) => new Float32Array(memory.buffer, at, length)
/** a repeatable mix of numbers from -1 to 1 */
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) * Math.cos(i * 3.7 + seed))
const [A, B, C, D, E] = [0x10000, 0x60000, 0xb0000, 0x100000, 0x150000] as const

it('the relaxed form is used only where it adds unsigned bytes exactly', () => {
  const relaxed = read('relaxed')
  const { readsUnsignedBytes } = new WebAssembly.Instance(relaxed, { env: { memory } })
    .exports as unknown as Kernels
  expect(openKernels({ exact, relaxed }, memory).form).toBe(readsUnsignedBytes() ? 'relaxed' : 'exact')
  expect(openKernels({ exact }, memory).form).toBe('exact')
})

// on a machine with the instruction that reads unsigned bytes, too, where openKernels takes the other product
it.each(['exact', 'relaxed'])('multiply rows of seven bits exactly, in the %s module', (form) => {
  const kernels = new WebAssembly.Instance(read(form), { env: { memory } }).exports as unknown as Kernels
  const [rows, inputs, outputs, most] = [7, 24, 16, 127]
  const weight = Int8Array.from(noise(inputs * outputs, 2), (value) => Math.round(value * 127))
  // the largest sums of two products
  for (const [at, value] of [127, -127].entries()) weight.fill(value, at * outputs, (at + 2) * outputs)
  const layer = {
    weight,
    scales: noise(outputs, 3),
    biases: noise(outputs, 4),
    inputs,
    outputs,
    zero: 64,
  }
  const group = form === 'relaxed' ? 4 : 2
  packWeights(layer, group, new Int8Array(memory.buffer, B))
  packPanels(layer, group, new DataView(memory.buffer, C))
  const activations = Array.from(noise(rows * inputs, 5), (value) => Math.round(value * 63 + 64))
  activations.fill(most, 0, 2 * inputs)
  floats(A, rows * inputs).set(activations.map((value) => value - layer.zero))
  kernels.quantize(A, D, rows * inputs, 1, layer.zero, 0, 0, most)
  kernels.linearOfSeven(D, B, C, E, rows, outputs, inputs, outputs)
  const wanted = Array.from({ length: rows * outputs }, (_, at) => {
    const [i, j] = [Math.floor(at / outputs), at % outputs]
    let sum = 0
    for (let k = 0; k < inputs; k++)
      sum += (activations[i * inputs + k]! - layer.zero) * weight[k * outputs + j]!
    return Math.fround(Math.fround(sum * layer.scales[j]!) + layer.biases[j]!)
  })
  expect([...floats(E, rows * outputs)]).toEqual(wanted)
})
