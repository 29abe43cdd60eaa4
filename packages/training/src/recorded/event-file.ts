// Figures of a training as TensorBoard reads them: an event file is a list of TFRecords, each an Event message. Written as the
// steps happen, so that `tensorboard --logdir` on the folder of a run in progress shows it.
// https://github.com/tensorflow/tensorboard: compat/proto/{event,summary}.proto
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32c } from './crc32c.ts'

/** step, and figures by their tag, such as `train/loss` */
export interface Scalars {
  readonly step: number
  readonly figures: Readonly<Record<string, number>>
}

export interface EventFile {
  append(scalars: readonly Scalars[]): void
}

/**
 * Begins an event file in `folder`, which replaces the previous one. The time of an event is its step in
 * seconds, so that the output of a stage does not depend on the time of the run.
 */
export function createEventFile(folder: string): EventFile {
  mkdirSync(folder, { recursive: true })
  // readers search for "tfevents" in the name, and sort by it
  const file = join(folder, 'events.out.tfevents.0.disranker')
  writeFileSync(file, record(text(3, 'brain.Event:2')))
  return {
    append(scalars) {
      for (let from = 0; from < scalars.length; from += 4096)
        appendFileSync(
          file,
          Buffer.concat(
            scalars
              .slice(from, from + 4096)
              .map(event)
              .map(record),
          ),
        )
    },
  }
}

/** Event { double wall_time = 1; int64 step = 2; Summary summary = 5 }, Summary { repeated Value value = 1 }. */
const event = ({ step, figures }: Scalars): Buffer => {
  const values = Object.entries(figures).map(([tag, value]) => message(1, [text(1, tag), float(2, value)]))
  return Buffer.concat([double(1, step), varint(2, step), message(5, values)])
}

/** length, masked checksum of the length, data, masked checksum of the data; numbers are little-endian */
function record(data: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeBigUInt64LE(BigInt(data.length))
  head.writeUInt32LE(masked(head.subarray(0, 8)), 8)
  const foot = Buffer.alloc(4)
  foot.writeUInt32LE(masked(data))
  return Buffer.concat([head, data, foot])
}

/** A checksum of data that contains checksums is masked, because CRC of a CRC is weak. */
function masked(data: Uint8Array): number {
  const crc = crc32c(data)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

// fields of a protobuf message: number and wire type, then the value; all numbers here are below 16
const double = (field: number, value: number) => {
  const bytes = Buffer.alloc(9)
  bytes[0] = (field << 3) | 1
  bytes.writeDoubleLE(value, 1)
  return bytes
}
const float = (field: number, value: number) => {
  const bytes = Buffer.alloc(5)
  bytes[0] = (field << 3) | 5
  bytes.writeFloatLE(value, 1)
  return bytes
}
const varint = (field: number, value: number) => Buffer.from([field << 3, ...sevens(value)])
const message = (field: number, parts: readonly Buffer[]) => {
  const data = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...sevens(data.length)]), data])
}
const text = (field: number, value: string) => message(field, [Buffer.from(value)])

function sevens(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}
