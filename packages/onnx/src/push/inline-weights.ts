// An ONNX model in one file, for programs that only read `onnx/model.onnx`, such as transformers.js.
import { InputError } from '@disranker/stage'
import protobuf from 'onnx-proto'

const { onnx } = protobuf
/** protobuf's limit for a file, bytes */
const LARGEST = 2 ** 31 - 1

/**
 * Copies the weights of model.onnx.data into the model.
 * @throws {InputError} when the file would be larger than the format allows
 */
export function inlineWeights(model: Uint8Array, data: Uint8Array): Uint8Array {
  if (model.byteLength + data.byteLength > LARGEST)
    throw new InputError('The model has more than 2 GiB, which no single ONNX file may have.')
  const decoded = onnx.ModelProto.decode(model)
  for (const tensor of decoded.graph!.initializer ?? []) {
    const external = new Map((tensor.externalData ?? []).map(({ key, value }) => [key, Number(value)]))
    const [offset, length] = [external.get('offset'), external.get('length')]
    if (offset === undefined || length === undefined) continue
    tensor.rawData = data.subarray(offset, offset + length)
    tensor.externalData = []
    tensor.dataLocation = onnx.TensorProto.DataLocation.DEFAULT
  }
  return Uint8Array.from(onnx.ModelProto.encode(decoded).finish())
}
