// Reads training curves: every training stage writes curve.jsonl, one line for each step.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'

export interface CurvePoint {
  readonly step: number
  readonly loss: number
}

export type Curves = Readonly<Record<string, readonly CurvePoint[]>>

/**
 * Reads `curve.jsonl` of a stage's folder; undefined when there is none.
 * @throws {InputError} naming the line without step and loss
 */
export function readCurve(folder: string): CurvePoint[] | undefined {
  const file = join(folder, 'curve.jsonl')
  if (!existsSync(file)) return undefined
  const points = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const { step, loss } = parse(line)
      if (typeof step !== 'number' || typeof loss !== 'number')
        throw new InputError(
          `${file}, line ${index + 1}: "${line.slice(0, 60)}" is no step of a training. Wanted: {"step": 1, "loss": 0.5}. Delete ${folder} and run its stage again.`,
        )
      return { step, loss }
    })
  return points.length === 0 ? undefined : points
}

function parse(line: string): { step?: unknown; loss?: unknown } {
  try {
    return (JSON.parse(line) as { step?: unknown } | null) ?? {}
  } catch {
    return {}
  }
}

/**
 * At most `count` points, each the mean of its steps: the loss of a single step mostly depends on its batch.
 */
export function thinCurve(points: readonly CurvePoint[], count: number): CurvePoint[] {
  const size = Math.ceil(points.length / count)
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const part = points.slice(i * size, (i + 1) * size)
    return {
      step: part.at(-1)!.step,
      loss: part.reduce((sum, { loss }) => sum + loss, 0) / part.length,
    }
  })
}
