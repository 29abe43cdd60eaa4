// Chooses the recipe of a stage: your own log's; the one that was chosen by hand for the embedded
// example, if the pipeline runs on it; or the one for published weights, if these are requested.
import { checkRecipe, findManifest, inCheckout, recipesOf, type StageDefinition } from '@disranker/stage'

/**
 * The recipe of a stage.
 * @param from folder that tells whether the pipeline runs on the example: of the pairs stage, or its input
 * @throws {InputError} when the recipe is invalid
 */
export async function chooseRecipe(
  stage: StageDefinition,
  from = inCheckout({ home: 'dataset', name: 'pairs' }),
): Promise<unknown> {
  await checkRecipes(stage)
  return recipeFor(stage, isExample(from))
}

/** Whether the folder is of the embedded example, or of pairs that were made from it. */
export function isExample(from: string): boolean {
  const { stage, metrics } = findManifest(from) ?? {}
  return stage === 'example' || metrics?.simulatedClicks === true
}

/** The recipe of a stage, for the embedded example or for your own log; not checked. */
async function recipeFor(stage: StageDefinition, forExample: boolean): Promise<unknown> {
  const { own = {}, example = own, pretrained } = await recipesOf(stage)
  const asked = process.env.DISRANKER_PRETRAINED
  const { role } = stage
  if (asked && pretrained !== undefined && (role === undefined || asked.split(',').includes(role)))
    return pretrained
  return forExample ? example : own
}

/** The recipes of all stages, by their names; not checked. */
export async function recipesFor(
  stages: readonly StageDefinition[],
  forExample: boolean,
): Promise<Record<string, unknown>> {
  const recipes = stages.map(async (stage) => [stage.name, await recipeFor(stage, forExample)] as const)
  return Object.fromEntries(await Promise.all(recipes))
}

/**
 * Checks all recipes of a stage.
 * @throws {InputError} naming the file and every line that is wrong
 */
export async function checkRecipes(stage: StageDefinition): Promise<void> {
  const { schema } = await stage.load()
  if (schema === undefined) return
  const { own, example, pretrained, tiny } = await recipesOf(stage)
  checkRecipe(schema, own, `recipes/${stage.name}.ts`)
  if (example !== undefined) checkRecipe(schema, example, `recipes/example/${stage.name}.ts`)
  if (tiny !== undefined) checkRecipe(schema, tiny, `recipes/try/${stage.name}.ts`)
  if (pretrained !== undefined) checkRecipe(schema, pretrained, `recipes/pretrained/${stage.name}.ts`)
}
