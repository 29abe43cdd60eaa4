// Which recipe a stage runs: that of your own log, or, where the river runs on the embedded example, the one that was
// chosen by hand for it; and the one that starts from pre-trained weights, when these are asked for.
import { checkRecipe } from '@disranker/stage'
import type { z } from 'zod'
import { isExample } from './log-facts.ts'

export interface Recipes<Recipe> {
  readonly schema: z.ZodType<Recipe>
  /** recipes/<stage>.ts */
  readonly own: Recipe
  /** recipes/example/<stage>.ts; without it, `own` is the example's too */
  readonly example?: Recipe
  /** recipes/pretrained/<stage>.ts, of `npm run start:pretrained` */
  readonly pretrained?: Recipe
  /** what DISRANKER_PRETRAINED must name for that one; anything by default */
  readonly role?: string
}

/**
 * The recipe for what lies in the folder of the pairs stage.
 * @throws {InputError} when it holds what no recipe may
 */
export function chooseRecipe<Recipe>(stage: string, recipes: Recipes<Recipe>, pairs: string): Recipe {
  checkRecipes({ [stage]: recipes })
  const asked = process.env.DISRANKER_PRETRAINED
  const { pretrained, role } = recipes
  if (asked && pretrained !== undefined && (role === undefined || asked.split(',').includes(role)))
    return pretrained
  return (isExample(pairs) ? recipes.example : undefined) ?? recipes.own
}

/**
 * Checks all recipes of a package.
 * @throws {InputError} naming the file and every line that is wrong
 */
export function checkRecipes(all: Readonly<Record<string, Recipes<unknown>>>): void {
  for (const [stage, { schema, own, example, pretrained }] of Object.entries(all)) {
    checkRecipe(schema, own, `recipes/${stage}.ts`)
    if (example !== undefined) checkRecipe(schema, example, `recipes/example/${stage}.ts`)
    if (pretrained !== undefined) checkRecipe(schema, pretrained, `recipes/pretrained/${stage}.ts`)
  }
}
