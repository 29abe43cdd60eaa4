// Recipes name every teacher that the table may have. Which of them it reads depends on the encoder and on the judged queries; the others
// need not wait for it.

import { teachersRead } from '@disranker/student/queries/vector-queries'
import type { TableRecipe } from '@disranker/student/table'

/**
 * @param recipes the recipe of each stage, by name
 * @param known whether there is an encoder, and whether few train queries are judged, where that is known
 * @returns the same, in which the table's names no teacher but those that it reads
 */
export const whatIsRead = (
  recipes: Readonly<Record<string, unknown>>,
  known: Parameters<typeof teachersRead>[1],
): Readonly<Record<string, unknown>> => ({
  ...recipes,
  table: teachersRead((recipes.table as TableRecipe).targets, known),
})
