// Reads the weights of an ONNX file: name, shape and bytes of every initializer. It parses only the needed
// part of protobuf (ModelProto.graph.initializer of onnx.proto), so that a Worker needs no protobuf library.

export interface OnnxWeight {
  readonly shape: readonly number[]
  /** little-endian, as in the file */
  readonly bytes: Uint8Array
}

export interface OnnxWeights {
  /** the name of the graph */
  readonly graph: string
  readonly weights: ReadonlyMap<string, OnnxWeight>
}

interface Field {
  readonly number: number
  /** of a varint; lengths and fixed numbers have 0 */
  readonly value: number
  /** of a field with a length */
  readonly bytes: Uint8Array
}

const NOTHING: Uint8Array = new Uint8Array()

/**
 * @param model an ONNX file
 * @param data its external data
 * @throws {Error} it is truncated, or a weight is outside of the data
 */
export function readOnnxWeights(model: Uint8Array, data: Uint8Array): OnnxWeights {
  const graph = [...fields(model)].find(({ number }) => number === 7)?.bytes ?? NOTHING
  let name = ''
  const weights = new Map<string, OnnxWeight>()
  for (const field of fields(graph)) {
    if (field.number === 2) name = text(field.bytes)
    if (field.number === 5) {
      const [key, weight] = readTensor(field.bytes, data)
      weights.set(key, weight)
    }
  }
  return { graph: name, weights }
}

/** TensorProto: dims 1, name 8, raw_data 9, external_data 13. */
function readTensor(tensor: Uint8Array, data: Uint8Array): [string, OnnxWeight] {
  let name = ''
  let bytes = NOTHING
  const shape: number[] = []
  const place = new Map<string, number>()
  for (const field of fields(tensor)) {
    if (field.number === 1) shape.push(...(field.bytes.length > 0 ? varints(field.bytes) : [field.value]))
    if (field.number === 8) name = text(field.bytes)
    if (field.number === 9) bytes = field.bytes
    if (field.number === 13) {
      const [key, value] = [...fields(field.bytes)].map((part) => text(part.bytes))
      place.set(key!, Number(value))
    }
  }
  const [offset, length] = [place.get('offset'), place.get('length')]
  if (length === undefined) return [name, { shape, bytes }]
  if (offset === undefined || offset + length > data.length)
    throw new Error(`the weight ${name} is outside the data file, which has ${data.length} bytes`)
  return [name, { shape, bytes: data.subarray(offset, offset + length) }]
}

function* fields(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const key = varint(message, at)
    at = key.end
    const number = key.value >>> 3
    switch (key.value & 7) {
      case 0: {
        const { value, end } = varint(message, at)
        at = end
        yield { number, value, bytes: NOTHING }
        break
      }
      case 1:
        at += 8
        break
      case 2: {
        const { value, end } = varint(message, at)
        at = end + value
        if (at > message.length) throw new Error('the ONNX file is cut')
        yield { number, value: 0, bytes: message.subarray(end, at) }
        break
      }
      case 5:
        at += 4
        break
      default:
        throw new Error('this is no ONNX file')
    }
  }
}

function varints(bytes: Uint8Array): number[] {
  const values: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = varint(bytes, at)
    values.push(value)
    at = end
  }
  return values
}

/** Up to 2^53; sizes and field keys are smaller. */
function varint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let value = 0
  let factor = 1
  for (let at = from; at < bytes.length && at < from + 10; at++) {
    value += (bytes[at]! & 127) * factor
    if (bytes[at]! < 128) return { value, end: at + 1 }
    factor *= 128
  }
  throw new Error('the ONNX file is cut')
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
