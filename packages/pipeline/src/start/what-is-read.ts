// Recipes name every possible teacher of the table. The encoder and the number of judged queries decide which
// of them it reads; stages of the others need not be waited for.

import { teachersRead } from '@disranker/student/queries/vector-queries'
import type { TableRecipe } from '@disranker/student/table'

/**
 * @param recipes the recipe of each stage, by name
 * @param known whether there is an encoder, and whether few train queries are judged, if known
 * @returns the same recipes, with only those teachers in the table's
 */
export const whatIsRead = (
  recipes: Readonly<Record<string, unknown>>,
  known: Parameters<typeof teachersRead>[1],
): Readonly<Record<string, unknown>> => ({
  ...recipes,
  table: teachersRead((recipes.table as TableRecipe).targets, known),
})
