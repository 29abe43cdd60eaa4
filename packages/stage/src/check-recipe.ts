// Checks a recipe against its schema. Types are stripped unchecked when a stage runs, so without this a misspelt key would be
// ignored silently, and a number out of range would be noticed an hour later.
import { z } from 'zod'
import { InputError } from './input-error.ts'

/**
 * @param file name of the recipe in errors
 * @throws {InputError} with every wrong line, and the closest key for a misspelt one
 */
export function checkRecipe(schema: z.ZodType, recipe: unknown, file: string): void {
  const result = schema.safeParse(recipe)
  if (result.success) return
  const known = keysOf(schema)
  const lines = result.error.issues.flatMap((issue) => explain(issue, recipe, known))
  throw new InputError(`${file} cannot be used:\n${lines.map((line) => `  ${line}`).join('\n')}`)
}

function explain(issue: z.core.$ZodIssue, recipe: unknown, known: readonly string[]): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const meant = nearest(key, known)
      return `${[...issue.path, key].join('.')} is not known. ${meant === undefined ? 'Take it out.' : `Did you mean ${meant}?`}`
    })
  const path = issue.path.join('.') || 'the recipe'
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    recipe,
  )
  // the alternatives of a union, if their errors are more specific than "none matches"
  const inner =
    issue.code === 'invalid_union'
      ? issue.errors.flatMap((errors) => errors.map(({ message }) => message)).join(', or: ')
      : ''
  if (value === undefined) return [`${path} is missing: ${inner || issue.message}.`]
  return [`${path} is ${JSON.stringify(value)}: ${inner || issue.message}.`]
}

/** Every key anywhere in a schema. */
function keysOf(schema: z.ZodType): string[] {
  const keys = new Set<string>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit)
    else if (typeof node === 'object' && node !== null) {
      const { properties } = node as { properties?: object }
      for (const key of Object.keys(properties ?? {})) keys.add(key)
      Object.values(node).forEach(visit)
    }
  }
  visit(z.toJSONSchema(schema, { unrepresentable: 'any' }))
  return [...keys]
}

/** The closest word, if it is only a few edits away for its length. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((other) => ({ other, edits: distance(word.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= Math.max(1, Math.floor(word.length / 3)) ? best.other : undefined
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
