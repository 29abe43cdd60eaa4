// Changes a recipe.
import type { Changes } from '../study-recipe.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * `recipe` with `changes` merged into it. An object with a `loss` is one choice, and replaces the other as a
 * whole.
 */
export function changeRecipe<Recipe extends object>(recipe: Recipe, changes: Changes = {}): Recipe {
  const changed = { ...recipe } as Record<string, unknown>
  for (const [key, value] of Object.entries(changes)) {
    const before = changed[key]
    changed[key] =
      isObject(value) && isObject(before) && !('loss' in value) ? changeRecipe(before, value) : value
  }
  return changed as Recipe
}
