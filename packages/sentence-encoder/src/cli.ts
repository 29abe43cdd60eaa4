// `node src/cli.ts features | heads`, run by turbo: chooses the backend, the recipe and the folders.
// `node src/cli.ts recipes` checks the recipes.
import { openBackend } from '@disranker/engine'
import { checkRecipes, chooseRecipe, hasVectors, type Recipes } from '@disranker/ranking'
import { command, foldersOf, inCheckout } from '@disranker/stage'
import featuresRecipe from '../recipes/features.ts'
import headsRecipe from '../recipes/heads.ts'
import { type FeaturesRecipe, features } from './features.ts'
import { type HeadsRecipe, heads } from './heads.ts'
import { featuresSchema, headsSchema } from './recipes.ts'

const at = inCheckout(import.meta.url)
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })
const recipes = {
  features: { schema: featuresSchema, own: featuresRecipe } as Recipes<FeaturesRecipe>,
  heads: { schema: headsSchema, own: headsRecipe } as Recipes<HeadsRecipe>,
}

await command({
  async features(signal) {
    const recipe = chooseRecipe('features', recipes.features, at('pairs'))
    if (recipe.from !== false) await backend()
    await features({ ...foldersOf('features', at), recipe, signal })
  },
  async heads(signal) {
    const recipe = chooseRecipe('heads', recipes.heads, at('pairs'))
    const folders = foldersOf('heads', at)
    if (hasVectors(folders.features)) await backend()
    await heads({ ...folders, recipe, signal })
  },
  recipes: async () => checkRecipes(recipes),
})
