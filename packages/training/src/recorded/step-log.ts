// The log of a training's steps: one line for each update, in a file that only grows. A checkpoint names the
// length that counts; lines that a killed run wrote after its last checkpoint are cut off.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'

/** A measurement; `quality` decides, higher is better. */
export interface Measured {
  readonly quality: number
  readonly [figure: string]: number
}

export interface StepRecord {
  /** 1 for the first */
  readonly step: number
  readonly loss: number
  readonly learningRate: number
  /** global norm of the gradient, before clipping */
  readonly norm: number
  /** on validation, after this update; if the recipe has an evaluation */
  readonly measured?: Measured
}

export interface LogPosition {
  readonly steps: number
  /** of the file */
  readonly bytes: number
}

export const NOTHING_LOGGED: LogPosition = { steps: 0, bytes: 0 }

const PIECE = 1 << 20
const logFile = (folder: string) => join(folder, 'steps.jsonl')

/** Records as text, some thousand lines at a time. */
export function* stepLines(records: readonly StepRecord[]): Generator<Uint8Array> {
  for (let from = 0; from < records.length; from += 4096) {
    const lines = records.slice(from, from + 4096).map((record) => `${JSON.stringify(record)}\n`)
    yield Buffer.from(lines.join(''))
  }
}

/**
 * Appends the records that are not in the log yet, and syncs them to the disk if a checkpoint will depend on
 * them.
 */
export function appendSteps(
  folder: string,
  history: readonly StepRecord[],
  logged: LogPosition,
  { sync = false } = {},
): LogPosition {
  mkdirSync(folder, { recursive: true })
  const file = openSync(logFile(folder), existsSync(logFile(folder)) ? 'r+' : 'w+')
  try {
    ftruncateSync(file, logged.bytes)
    let bytes = logged.bytes
    for (const piece of stepLines(history.slice(logged.steps)))
      for (let at = 0; at < piece.length; ) {
        const written = writeSync(file, piece, at, piece.length - at, bytes)
        at += written
        bytes += written
      }
    if (sync) fsyncSync(file)
    return { steps: history.length, bytes }
  } finally {
    closeSync(file)
  }
}

/**
 * Reads the records that a checkpoint counts.
 * @throws {InputError} when the log has fewer
 */
export function readSteps(folder: string, { steps, bytes }: LogPosition): StepRecord[] {
  const path = logFile(folder)
  const damaged = () =>
    new InputError(
      `${path} does not hold the ${steps} steps of its checkpoint. Delete ${folder} to train again.`,
    )
  if (!existsSync(path) || statSync(path).size < bytes) throw damaged()
  const records: StepRecord[] = []
  const file = openSync(path, 'r')
  try {
    let rest = ''
    for (let at = 0; at < bytes; ) {
      const piece = Buffer.alloc(Math.min(PIECE, bytes - at))
      at += readSync(file, piece, 0, piece.length, at)
      // the log is ASCII, so no character is split
      const lines = (rest + piece.toString('latin1')).split('\n')
      rest = lines.pop()!
      for (const line of lines) records.push(JSON.parse(line) as StepRecord)
    }
  } catch {
    throw damaged()
  } finally {
    closeSync(file)
  }
  if (records.length !== steps) throw damaged()
  return records
}
