import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { describe, expect, test } from 'vitest'
import {
  openSafetensors,
  readSafetensors,
  readSafetensorsWithMetadata,
  type Tensors,
  writeSafetensors,
} from './safetensors.ts'

const tensors: Tensors = new Map([
  ['b.weight', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-40, Infinity, 0) }],
  ['a', { shape: [], data: Float32Array.of(7) }],
  ['leer, nichts: ü', { shape: [0, 4], data: new Float32Array(0) }],
])

/** A file with this header and `bytes` bytes of values. */
function fileOf(header: unknown, bytes: number | Uint8Array = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const values = typeof bytes === 'number' ? new Uint8Array(bytes) : bytes
  const file = new Uint8Array(8 + text.length + values.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  file.set(values, 8 + text.length)
  return file
}

const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

describe('round trip', () => {
  test('names, order, shapes, bits and metadata', () => {
    const { tensors: read, metadata } = readSafetensorsWithMetadata(writeSafetensors(tensors, { step: '3' }))
    expect([...read]).toEqual([...tensors])
    expect(metadata).toEqual({ step: '3' })
    expect(readSafetensors(writeSafetensors(new Map())).size).toBe(0)
  })

  test('through a file, some of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safetensors-'))
    try {
      const file = join(folder, 'model.safetensors')
      writeFileSync(file, writeSafetensors(tensors))
      expect([...readSafetensors(file)]).toEqual([...tensors])
      expect([...readSafetensors(file, { only: (name) => name === 'a' }).keys()]).toEqual(['a'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('values lie aligned; the header is that of the format', () => {
    const bytes = writeSafetensors(new Map([['x', { shape: [1], data: Float32Array.of(2) }]]))
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      x: entry('F32', [1], 0, 4),
    })
    expect(new DataView(bytes.buffer).getFloat32(8 + length, true)).toBe(2)
  })

  test('a shape that does not describe the values is not written', () => {
    const wrong = new Map([['x', { shape: [2, 2], data: new Float32Array(3) }]])
    expect(() => writeSafetensors(wrong)).toThrow(
      'Cannot write tensor x: shape [2,2] does not describe 3 values.',
    )
  })
})

test('half precision is widened; other types are refused only when read', () => {
  const header = {
    ids: entry('I64', [1], 0, 8),
    half: entry('F16', [2], 8, 12),
    brain: entry('BF16', [1], 12, 14),
  }
  const values = new Uint8Array(14)
  values.set([0x00, 0x3c, 0x00, 0xc0, 0x40, 0x40], 8)
  const file = fileOf(header, values)
  const read = readSafetensors(file, { only: (name) => name !== 'ids' })
  expect([...read.get('half')!.data]).toEqual([1, -2])
  expect([...read.get('brain')!.data]).toEqual([3])
  expect(() => readSafetensors(file)).toThrow(/tensor ids has type I64; wanted F32, F16 or BF16/)
})

test.each<[string, Uint8Array, RegExp]>([
  ['too short', new Uint8Array(7), /it has 7 bytes; wanted at least 8/],
  ['a header longer than the file', fileOf('{}').subarray(0, 9), /claims 2 bytes; at most 1/],
  ['a header of 2^63 bytes', new Uint8Array(16).fill(0x7f), /its header claims \d+ bytes/],
  ['no JSON', fileOf('{"a":'), /its header is not JSON/],
  ['no UTF-8', fileOf('x').fill(0xff, 8), /its header is not JSON/],
  ['a list', fileOf([]), /not a JSON object/],
  ['metadata of numbers', fileOf({ __metadata__: { a: 1 } }), /__metadata__ is not a map of strings/],
  ['no entry', fileOf({ a: 3 }), /tensor a has the unknown type undefined/],
  ['an unknown type', fileOf({ a: entry('F31', [1], 0, 4) }, 4), /unknown type "F31"/],
  ['a type of the language', fileOf({ a: entry('constructor', [1], 0, 4) }, 4), /tensor a/],
  ['a negative size', fileOf({ a: entry('F32', [-1], 0, 4) }, 4), /has the shape \[-1\]/],
  ['a fraction', fileOf({ a: entry('F32', [0.5], 0, 2) }, 2), /has the shape \[0.5\]/],
  ['offsets that are no numbers', fileOf({ a: entry('F32', [1], '0', 4) }, 4), /has the offsets/],
  ['a huge shape', fileOf({ a: entry('F32', [2 ** 40, 2 ** 40, 2 ** 40], 0, 4) }, 4), /takes/],
  [
    'too few bytes for a shape',
    fileOf({ a: entry('F32', [2], 0, 4) }, 4),
    /tensor a has 4 bytes; F32 \[2\] takes 8/,
  ],
  ['outside the file', fileOf({ a: entry('F32', [2], 0, 8) }, 4), /its header describes/],
  ['bytes left over', fileOf({ a: entry('F32', [1], 0, 4) }, 5), /its header describes/],
  ['a hole', fileOf({ a: entry('F32', [1], 4, 8) }, 8), /begins at byte 4; wanted 0/],
  [
    'an overlap',
    fileOf({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 2, 6) }, 6),
    /begins at byte 2; wanted 4/,
  ],
])('a damaged file is refused: %s', (_what, bytes, message) => {
  expect(() => readSafetensors(bytes)).toThrow(message)
  expect(() => readSafetensors(bytes)).toThrow(InputError)
})

test('a whole file cut anywhere is refused', () => {
  const bytes = writeSafetensors(tensors)
  for (let end = 0; end < bytes.length; end++)
    expect(() => readSafetensors(bytes.subarray(0, end)), `${end} bytes`).toThrow(InputError)
})

test('a file of more than 4 GiB is read where a tensor lies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'large-'))
  try {
    // a sparse file: only its two ends take room
    const [rows, begin] = [2 ** 19, 4 * 2 ** 19 * 2048]
    const header = {
      table: entry('F32', [rows, 2048], 0, begin),
      last: entry('F32', [2], begin, begin + 8),
    }
    const start = fileOf(header)
    const path = join(folder, 'model.safetensors')
    const file = openSync(path, 'w')
    writeSync(file, start)
    ftruncateSync(file, start.length + begin + 8)
    writeSync(file, new Uint8Array(Float32Array.of(1.5, -2).buffer), 0, 8, start.length + begin)
    closeSync(file)
    const opened = openSafetensors(path)
    expect(opened.get('table')!.shape).toEqual([rows, 2048])
    expect([...opened.get('last')!.data]).toEqual([1.5, -2])
    expect([...readSafetensors(path, { only: (name) => name === 'last' }).get('last')!.data]).toEqual([
      1.5, -2,
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
