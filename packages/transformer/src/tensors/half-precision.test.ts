import { expect, test } from 'vitest'
import { fromBfloat16, fromFloat16 } from './half-precision.ts'

test('bfloat16 is the upper half of a float32', () => {
  const bits = Uint16Array.of(0x3f80, 0xc000, 0x3e20, 0x7f80, 0x0000, 0x8000)
  expect([...fromBfloat16(bits)]).toEqual([1, -2, 0.15625, Infinity, 0, -0])
  expect(fromBfloat16(Uint16Array.of(0x7fc0))[0]).toBeNaN()
})

test('binary16: normal, largest, smallest, below normal, and what is no number', () => {
  const bits = Uint16Array.of(0x3c00, 0xc500, 0x3555, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x8000)
  expect([...fromFloat16(bits)]).toEqual([
    1,
    -5,
    0.333251953125,
    65504,
    2 ** -14,
    2 ** -24,
    -1023 * 2 ** -24,
    -0,
  ])
  expect([...fromFloat16(Uint16Array.of(0x7c00, 0xfc00))]).toEqual([Infinity, -Infinity])
  expect(fromFloat16(Uint16Array.of(0x7e00))[0]).toBeNaN()
})
