// A tiny checkpoint in the hub's format: any architecture, weights by their names, one file or shards, F32,
// BF16 or F16.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensors } from '../src/tensors/safetensors.ts'

export interface TinyCheckpoint {
  readonly config: object
  readonly tensors: Tensors
  /** the text of tokenizer.json */
  readonly tokenizer?: string
  /** number of files for the tensors; 1 by default, without an index */
  readonly shards?: number
  readonly type?: 'F32' | 'BF16' | 'F16'
}

/** Writes it into `folder`, which need not exist. */
export function writeTinyCheckpoint(folder: string, checkpoint: TinyCheckpoint): void {
  const { config, tensors, tokenizer = '{"model":{}}', shards = 1, type = 'F32' } = checkpoint
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'tokenizer.json'), tokenizer)
  const files = Array.from({ length: shards }, (_, i) => ({
    name: shards === 1 ? 'model.safetensors' : `model-0000${i + 1}-of-0000${shards}.safetensors`,
    tensors: new Map([...tensors].filter((_, at) => at % shards === i)),
  }))
  for (const file of files) writeFileSync(join(folder, file.name), bytesOf(file.tensors, type))
  if (shards === 1) return
  const map = files.flatMap(({ name, tensors }) => [...tensors.keys()].map((tensor) => [tensor, name]))
  writeFileSync(
    join(folder, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: {}, weight_map: Object.fromEntries(map) }),
  )
}

function bytesOf(tensors: Tensors, type: 'F32' | 'BF16' | 'F16'): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  const parts: Uint8Array[] = []
  let end = 0
  for (const [name, { shape, data }] of tensors) {
    const values = type === 'F32' ? data : Uint16Array.from(data, type === 'BF16' ? toBfloat16 : toFloat16)
    const bytes = new Uint8Array(values.buffer.slice(0), 0, values.byteLength)
    header[name] = { dtype: type, shape, data_offsets: [end, end + bytes.length] }
    end += bytes.length
    parts.push(bytes)
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, ...parts])
}

const bits = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0]!

/** The nearest bfloat16, ties to even. */
const toBfloat16 = (value: number) => (bits(value) + 0x7fff + ((bits(value) >>> 16) & 1)) >>> 16

/** The nearest normal binary16; very small values become 0. */
function toFloat16(value: number): number {
  const exponent = ((bits(value) >>> 23) & 0xff) - 127
  const sign = (bits(value) >>> 16) & 0x8000
  if (exponent < -14) return sign
  return sign | (((exponent + 15) << 10) + Math.round((bits(value) & 0x7fffff) / 8192))
}
