// Explains why a stage runs again: compares the inputs of its old result with the current ones.
import type { Code } from './code-identity.ts'
import type { Manifest } from './manifest.ts'

/** number of changes of one kind that are named */
const MOST = 4

/** The inputs of a result. */
export interface MadeFrom {
  readonly recipe: unknown
  /** content hashes by name */
  readonly inputs: Readonly<Record<string, string>>
  readonly code: Code
}

/** One line for each kind of change, such as "recipe: training.steps 1200 -> 2400"; none when nothing changed. */
export function whyAgain({ recipe, inputs, modules = {} }: Manifest, now: MadeFrom): string[] {
  const kinds = {
    recipe: changesOf(recipe, now.recipe, ''),
    input: namesOf(inputs, now.inputs),
    code: namesOf(modules, now.code),
  }
  return Object.entries(kinds).flatMap(([kind, changes]) => {
    if (changes.length === 0) return []
    const more = changes.length > MOST ? `, and ${changes.length - MOST} more` : ''
    return [`${kind}: ${changes.slice(0, MOST).join(', ')}${more}`]
  })
}

function changesOf(before: unknown, now: unknown, path: string): string[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return []
  if (!isRecord(before) || !isRecord(now)) return [`${path || 'all of it'} ${shown(before)} -> ${shown(now)}`]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  return keys.flatMap((key) => changesOf(before[key], now[key], path === '' ? key : `${path}.${key}`))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

const namesOf = (before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((name) => before[name] !== now[name])
