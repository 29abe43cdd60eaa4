// Which recipe a stage runs: that of your own log; the one that was chosen by hand for the embedded example, where the pipeline
// runs on that; or the one that starts from published weights, where these are asked for.
import { checkRecipe, findManifest, inCheckout, recipesOf, type StageDefinition } from '@disranker/stage'

/**
 * The recipe of a stage.
 * @param from folder that tells whether the pipeline runs on the example: of the pairs stage, or what that reads
 * @throws {InputError} when it holds what no recipe may
 */
export async function chooseRecipe(
  stage: StageDefinition,
  from = inCheckout({ home: 'dataset', name: 'pairs' }),
): Promise<unknown> {
  await checkRecipes(stage)
  const { own = {}, example = own, pretrained } = await recipesOf(stage)
  const asked = process.env.DISRANKER_PRETRAINED
  const { role } = stage
  if (asked && pretrained !== undefined && (role === undefined || asked.split(',').includes(role)))
    return pretrained
  // the pairs stage says whether it was made from the example
  const { stage: left, metrics } = findManifest(from) ?? {}
  return left === 'example' || metrics?.simulatedClicks === true ? example : own
}

/**
 * Checks all recipes of a stage.
 * @throws {InputError} naming the file and every line that is wrong
 */
export async function checkRecipes(stage: StageDefinition): Promise<void> {
  const { schema } = await stage.load()
  if (schema === undefined) return
  const { own, example, pretrained } = await recipesOf(stage)
  checkRecipe(schema, own, `recipes/${stage.name}.ts`)
  if (example !== undefined) checkRecipe(schema, example, `recipes/example/${stage.name}.ts`)
  if (pretrained !== undefined) checkRecipe(schema, pretrained, `recipes/pretrained/${stage.name}.ts`)
}
