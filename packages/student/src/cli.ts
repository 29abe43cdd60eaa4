// `node src/cli.ts distil | labels | two-tower`, run by turbo: chooses the backend, the recipe and the folders.
// `node src/cli.ts recipes` checks the recipes.
import { openBackend } from '@disranker/engine'
import { checkRecipes, chooseRecipe, type Recipes } from '@disranker/ranking'
import { command, foldersOf, inCheckout } from '@disranker/stage'
import distilRecipe from '../recipes/distil.ts'
import distilExample from '../recipes/example/distil.ts'
import labelsExample from '../recipes/example/labels.ts'
import twoTowerExample from '../recipes/example/two-tower.ts'
import labelsRecipe from '../recipes/labels.ts'
import twoTowerRecipe from '../recipes/two-tower.ts'
import { type DistilRecipe, distil } from './distil.ts'
import { type LabelsRecipe, labels } from './labels.ts'
import { distilSchema, labelsSchema, twoTowerSchema } from './recipes.ts'
import { type TwoTowerRecipe, twoTower } from './two-tower.ts'

const at = inCheckout(import.meta.url)
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })
const recipes = {
  distil: { schema: distilSchema, own: distilRecipe, example: distilExample } as Recipes<DistilRecipe>,
  labels: { schema: labelsSchema, own: labelsRecipe, example: labelsExample } as Recipes<LabelsRecipe>,
  'two-tower': {
    schema: twoTowerSchema,
    own: twoTowerRecipe,
    example: twoTowerExample,
  } as Recipes<TwoTowerRecipe>,
}

await command({
  async distil(signal) {
    const recipe = chooseRecipe('distil', recipes.distil, at('pairs'))
    await backend()
    await distil({ ...foldersOf('distil', at), recipe, signal })
  },
  async labels(signal) {
    const recipe = chooseRecipe('labels', recipes.labels, at('pairs'))
    await backend()
    await labels({ ...foldersOf('labels', at), recipe, signal })
  },
  async 'two-tower'(signal) {
    const recipe = chooseRecipe('two-tower', recipes['two-tower'], at('pairs'))
    await backend()
    await twoTower({ ...foldersOf('two-tower', at), recipe, signal })
  },
  recipes: async () => checkRecipes(recipes),
})
