// Named tensors as bytes, in the safetensors format of Hugging Face: an 8-byte little-endian length, a JSON header of that
// length, then the values. The header is not trusted: every offset is checked first.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { InputError } from '@disranker/stage'
import { fromBfloat16, fromFloat16 } from './half-precision.ts'

export interface TensorData {
  readonly shape: readonly number[]
  /** row-major */
  readonly data: Float32Array
  /** the same in 16 bits, as in the file */
  readonly half?: HalfValues
}

export interface HalfValues {
  readonly format: 'BF16' | 'F16'
  bits(): Uint16Array
}

/** tensors by name, in file order */
export type Tensors = ReadonlyMap<string, TensorData>

/** free text by key, stored in the header */
export type Metadata = Readonly<Record<string, string>>

export interface ReadOptions {
  /** which tensors to read; all by default. Needed for files that also hold integers */
  readonly only?: (name: string) => boolean
}

interface Entry {
  readonly name: string
  readonly type: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

interface Source {
  readonly name: string
  readonly size: number
  /** `length` bytes at `offset`, in a new buffer */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>
}

/** maximal header length of the reference implementation, bytes */
const LARGEST_HEADER = 100_000_000
const BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
}
const WIDEN: Readonly<Record<string, (buffer: ArrayBuffer) => Float32Array>> = {
  F32: (buffer) => new Float32Array(buffer),
  F16: (buffer) => fromFloat16(new Uint16Array(buffer)),
  BF16: (buffer) => fromBfloat16(new Uint16Array(buffer)),
}

/**
 * The tensors of a safetensors file, as float32 (F32, F16 and BF16 are read).
 * @param source the path of a file, or its bytes
 * @throws {InputError} when the header is damaged, an offset lies outside the file, tensors overlap or leave holes, or
 * a tensor has another type
 */
export const readSafetensors = (source: string | Uint8Array, options: ReadOptions = {}): Tensors =>
  readSafetensorsWithMetadata(source, options).tensors

/** Like readSafetensors, with the header's `__metadata__`. */
export function readSafetensorsWithMetadata(
  source: string | Uint8Array,
  { only = () => true }: ReadOptions = {},
): { readonly tensors: Tensors; readonly metadata: Metadata } {
  return withSource(source, (file) => {
    const { entries, metadata, start } = readHeader(file)
    const tensors = new Map<string, TensorData>()
    for (const { name, type, shape, begin, end } of entries) {
      if (!only(name)) continue
      const widen = WIDEN[type]
      if (widen === undefined) throw wrongType(file.name, name, type)
      tensors.set(name, { shape, data: widen(file.read(start + begin, end - begin).buffer) })
    }
    return { tensors, metadata }
  })
}

/**
 * The tensors of a safetensors file, each read on demand: a checkpoint larger than memory is processed one
 * tensor at a time.
 * @throws {InputError} as `readSafetensors`, the header's part of it at once; reading values, when the file became shorter
 */
export function openSafetensors(path: string): Tensors {
  return withSource(path, (file) => {
    const { entries, start } = readHeader(file)
    const tensors = new Map<string, TensorData>()
    for (const { name, type, shape, begin, end } of entries) {
      const bytes = () => withSource(path, ({ read }) => read(start + begin, end - begin).buffer)
      tensors.set(name, {
        shape,
        get data() {
          const widen = WIDEN[type]
          if (widen === undefined) throw wrongType(path, name, type)
          return widen(bytes())
        },
        ...((type === 'BF16' || type === 'F16') && {
          half: { format: type, bits: () => new Uint16Array(bytes()) },
        }),
      })
    }
    return tensors
  })
}

const wrongType = (file: string, name: string, type: string) =>
  new InputError(
    `${file}: tensor ${name} has type ${type}; wanted F32, F16 or BF16. Convert it to F32, or leave it out.`,
  )

/**
 * The bytes of a safetensors file with every tensor as F32, in the order of the map, part by part:
 * `writeWholeFile` writes a file larger than memory, or than one write allows, as the parts arrive. If `data`
 * is a getter, only one tensor is in memory at a time.
 */
export function* safetensorsParts(tensors: Tensors, metadata: Metadata = {}): Generator<Uint8Array> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {}
  let end = 0
  for (const [name, { shape }] of tensors) {
    if (name === '__metadata__') throw new InputError('Cannot write a tensor called __metadata__.')
    const begin = end
    end += 4 * product(shape)
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] }
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  // padded with spaces to a multiple of 8, so that values are aligned in the file
  const length = Math.ceil(text.length / 8) * 8
  const start = new Uint8Array(8 + length).fill(0x20, 8)
  new DataView(start.buffer).setBigUint64(0, BigInt(length), true)
  start.set(text, 8)
  yield start
  for (const [name, { shape, data }] of tensors) {
    if (product(shape) !== data.length)
      throw new InputError(
        `Cannot write tensor ${name}: shape [${shape}] does not describe ${data.length} values.`,
      )
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  }
}

/** The same in one piece, for small files. */
export const writeSafetensors = (tensors: Tensors, metadata: Metadata = {}): Uint8Array =>
  // a new buffer: a Buffer may be part of a shared one
  Uint8Array.from(Buffer.concat([...safetensorsParts(tensors, metadata)]))

function readHeader(file: Source) {
  const damaged = (what: string) =>
    new InputError(`${file.name} is no whole safetensors file: ${what}. Copy or make the file again.`)
  if (file.size < 8) throw damaged(`it has ${file.size} bytes; wanted at least 8`)
  const length = Number(new DataView(file.read(0, 8).buffer).getBigUint64(0, true))
  const most = Math.min(LARGEST_HEADER, file.size - 8)
  if (length > most) throw damaged(`its header claims ${length} bytes; at most ${most} are possible`)
  const { __metadata__: metadata = {}, ...described } = parseHeader(file.read(8, length), damaged)
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw damaged('its __metadata__ is not a map of strings')
  const entries = Object.entries(described).map(([name, value]) => readEntry(name, value, damaged))
  let end = 0
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== end)
      throw damaged(
        `tensor ${entry.name} begins at byte ${entry.begin}; wanted ${end}, where the one before it ends`,
      )
    end = entry.end
  }
  if (8 + length + end !== file.size)
    throw damaged(`it has ${file.size} bytes; its header describes ${8 + length + end}`)
  return { entries, metadata: metadata as Metadata, start: 8 + length }
}

function parseHeader(bytes: Uint8Array, damaged: (what: string) => InputError): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw damaged('its header is not JSON')
  }
  if (!isRecord(header)) throw damaged('its header is not a JSON object')
  return header
}

function readEntry(name: string, value: unknown, damaged: (what: string) => InputError): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {}
  if (typeof dtype !== 'string' || BYTES[dtype] === undefined)
    throw damaged(`tensor ${name} has the unknown type ${JSON.stringify(dtype)}`)
  if (!isSizes(shape)) throw damaged(`tensor ${name} has the shape ${JSON.stringify(shape)}`)
  if (!isSizes(offsets) || offsets.length !== 2)
    throw damaged(`tensor ${name} has the offsets ${JSON.stringify(offsets)}`)
  const [begin, end] = offsets as [number, number]
  const wanted = product(shape) * BYTES[dtype]
  if (end - begin !== wanted)
    throw damaged(`tensor ${name} has ${end - begin} bytes; ${dtype} [${shape}] takes ${wanted}`)
  return { name, type: dtype, shape, begin, end }
}

function withSource<Result>(source: string | Uint8Array, use: (source: Source) => Result): Result {
  if (typeof source !== 'string')
    return use({
      name: 'The data',
      size: source.byteLength,
      read: (offset, length) => new Uint8Array(source.slice(offset, offset + length)),
    })
  const file = openSync(source, 'r')
  try {
    const read = (offset: number, length: number) => {
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length; ) {
        // a single read is limited to 2 GiB
        const got = readSync(file, bytes, done, Math.min(length - done, 2 ** 30), offset + done)
        if (got === 0) throw new InputError(`${source} became shorter while it was read. Run again.`)
        done += got
      }
      return bytes
    }
    return use({ name: source, size: fstatSync(file).size, read })
  } finally {
    closeSync(file)
  }
}

const product = (shape: readonly number[]) => shape.reduce((size, dimension) => size * dimension, 1)
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
