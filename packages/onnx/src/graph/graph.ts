// A small writer of ONNX graphs: it collects nodes, weights, inputs and outputs, and writes model.onnx and
// model.onnx.data. Weights are outside the model file, so that a runtime can map them instead of copying them
// twice.
import protobuf, { type onnx as Onnx } from 'onnx-proto'

export type WeightData = Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array

export type Attributes = Readonly<
  Record<string, number | string | readonly number[] | { readonly float: number }>
>

export interface GraphBuilder {
  /** Adds a weight under its name, once; returns the name. */
  weight(name: string, shape: readonly number[], data: WeightData): string
  /** A float32 or int64 constant. */
  float(name: string, value: number): string
  integers(name: string, values: readonly number[]): string
  /** Adds a node of opset 17 (or of com.microsoft); returns the name of its first output. An absent input is ''. */
  node(type: string, inputs: readonly string[], options?: NodeOptions): string
  /** model.onnx and model.onnx.data */
  finish(
    inputs: readonly TensorType[],
    outputs: readonly (TensorType & { readonly from: string })[],
  ): {
    readonly model: Uint8Array
    readonly data: Uint8Array
  }
}

export interface NodeOptions {
  readonly attributes?: Attributes
  readonly domain?: 'com.microsoft'
  /** outputs beyond the first are called `<name>_1`, `<name>_2`, ... */
  readonly outputs?: number
}

export interface TensorType {
  readonly name: string
  readonly type: 'float32' | 'int64'
  /** a name for a dimension that is known only at run time */
  readonly shape: readonly (number | string)[]
}

export const DATA_FILE = 'model.onnx.data'
/** smaller weights are in the model file: shapes must be known when the graph is read */
const EXTERNAL_FROM = 256
const OPSET = 17

// a CommonJS module: its export is a property of the default
const { onnx } = protobuf
const { DataType } = onnx.TensorProto
const typeOf = (data: WeightData): number => {
  if (data instanceof Float32Array) return DataType.FLOAT
  if (data instanceof Int8Array) return DataType.INT8
  if (data instanceof Uint8Array) return DataType.UINT8
  return data instanceof Int32Array ? DataType.INT32 : DataType.INT64
}

/** Starts a graph. */
export function createGraph(name: string): GraphBuilder {
  const nodes: Onnx.INodeProto[] = []
  const weights = new Map<string, Onnx.ITensorProto>()
  const external: Uint8Array[] = []
  let offset = 0

  function weight(name: string, shape: readonly number[], data: WeightData): string {
    if (weights.has(name)) return name
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const tensor = { name, dims: [...shape], dataType: typeOf(data) }
    if (bytes.length < EXTERNAL_FROM) weights.set(name, { ...tensor, rawData: bytes })
    else {
      const location = { location: DATA_FILE, offset: String(offset), length: String(bytes.length) }
      const externalData = Object.entries(location).map(([key, value]) => ({ key, value }))
      weights.set(name, { ...tensor, dataLocation: onnx.TensorProto.DataLocation.EXTERNAL, externalData })
      // whole multiples of 64 bytes, so that a runtime can use them in place
      const padded = new Uint8Array(Math.ceil(bytes.length / 64) * 64)
      padded.set(bytes)
      external.push(padded)
      offset += padded.length
    }
    return name
  }

  return {
    weight,
    float: (name, value) => weight(name, [], Float32Array.of(value)),
    integers: (name, values) => weight(name, [values.length], BigInt64Array.from(values.map(BigInt))),
    node(opType, inputs, { attributes = {}, domain, outputs = 1 } = {}) {
      const output = `${opType}_${nodes.length}`
      nodes.push({
        name: output,
        opType,
        input: [...inputs],
        output: Array.from({ length: outputs }, (_, index) => (index === 0 ? output : `${output}_${index}`)),
        attribute: Object.entries(attributes).map(([name, value]) => toAttribute(name, value)),
        ...(domain && { domain }),
      })
      return output
    },
    finish(inputs, outputs) {
      for (const { from, name } of outputs)
        nodes.push({ name: `to_${name}`, opType: 'Identity', input: [from], output: [name] })
      const model = onnx.ModelProto.encode({
        irVersion: 8,
        producerName: 'disranker',
        opsetImport: [
          { domain: '', version: OPSET },
          { domain: 'com.microsoft', version: 1 },
        ],
        graph: {
          name,
          node: nodes,
          initializer: [...weights.values()],
          input: inputs.map(toValueInfo),
          output: outputs.map(toValueInfo),
        },
      }).finish()
      return { model: Uint8Array.from(model), data: concatenate(external, offset) }
    },
  }
}

function toAttribute(name: string, value: Attributes[string]): Onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value }
  if (typeof value === 'string')
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) }
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float }
  return { name, type: AttributeType.INTS, ints: [...value] }
}

function toValueInfo({ name, type, shape }: TensorType): Onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }))
  const elemType = type === 'float32' ? DataType.FLOAT : DataType.INT64
  return { name, type: { tensorType: { elemType, shape: { dim } } } }
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
