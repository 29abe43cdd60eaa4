// An ONNX model of one node, written byte by byte: C = A B by com.microsoft's FusedMatMul, which transposes either side.
// Forty lines of protobuf instead of a library: a message is a list of (field number, wire type) and value.

const encoder = new TextEncoder()

/** A field with a number: wire type 0. */
function number(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)]
}

/** A field with bytes, a string or a message: wire type 2. */
function bytes(field: number, value: string | readonly number[]): number[] {
  const content = typeof value === 'string' ? [...encoder.encode(value)] : value
  return [...varint((field << 3) | 2), ...varint(content.length), ...content]
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}

/** ValueInfoProto: a float tensor [?, ?, ?] */
function tensor(name: string): number[] {
  const dimensions = ['x', 'y', 'z'].map((axis) => bytes(1, bytes(2, name + axis)))
  const type = [...number(1, 1), ...bytes(2, dimensions.flat())]
  return [...bytes(1, name), ...bytes(2, bytes(1, type))]
}

/** AttributeProto: name, i = 0 or 1, type INT */
function flag(name: string, value: boolean): number[] {
  return [...bytes(1, name), ...number(3, value ? 1 : 0), ...number(20, 2)]
}

/** ModelProto with inputs A, B and output C, all [batch, rows, columns]. */
export function productModel(transposeA: boolean, transposeB: boolean): Uint8Array<ArrayBuffer> {
  const domain = 'com.microsoft'
  const node = [
    ...[bytes(1, 'A'), bytes(1, 'B'), bytes(2, 'C'), bytes(4, 'FusedMatMul')],
    ...[bytes(5, flag('transA', transposeA)), bytes(5, flag('transB', transposeB)), bytes(7, domain)],
  ].flat()
  const graph = [
    ...[bytes(1, node), bytes(2, 'product')],
    ...[bytes(11, tensor('A')), bytes(11, tensor('B')), bytes(12, tensor('C'))],
  ].flat()
  const operators = [
    bytes(8, [...bytes(1, ''), ...number(2, 14)]),
    bytes(8, [...bytes(1, domain), ...number(2, 1)]),
  ]
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...operators.flat()])
}
