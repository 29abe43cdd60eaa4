// `node src/cli.ts distil | labels | towers | bag-of-words | table`, run by turbo: chooses the backend, the recipe and the folders.
// `node src/cli.ts recipes` checks the recipes.
import { constants, setPriority } from 'node:os'
import { openBackend } from '@disranker/engine'
import { checkRecipes, chooseRecipe, type Recipes } from '@disranker/ranking'
import { command, embeddingFolders, foldersOf, inCheckout } from '@disranker/stage'
import bagOfWordsRecipe from '../recipes/bag-of-words.ts'
import distilRecipe from '../recipes/distil.ts'
import bagOfWordsExample from '../recipes/example/bag-of-words.ts'
import distilExample from '../recipes/example/distil.ts'
import labelsExample from '../recipes/example/labels.ts'
import towersExample from '../recipes/example/towers.ts'
import labelsRecipe from '../recipes/labels.ts'
import distilPretrained from '../recipes/pretrained/distil.ts'
import labelsPretrained from '../recipes/pretrained/labels.ts'
import tableRecipe from '../recipes/table.ts'
import towersRecipe from '../recipes/towers.ts'
import { type BagOfWordsRecipe, bagOfWords } from './bag-of-words.ts'
import { type DistilRecipe, distil } from './distil.ts'
import { type LabelsRecipe, labels } from './labels.ts'
import { bagOfWordsSchema, distilSchema, labelsSchema, tableSchema, towersSchema } from './recipes.ts'
import { type TableRecipe, table } from './table.ts'
import { type TowersRecipe, towers } from './towers.ts'

const at = inCheckout(import.meta.url)
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })
/** Behind the teacher, whose training takes longest and which all that follows waits for. */
const stepBack = () => setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
const recipes = {
  distil: {
    schema: distilSchema,
    own: distilRecipe,
    example: distilExample,
    pretrained: distilPretrained,
    role: 'student',
  } as Recipes<DistilRecipe>,
  labels: {
    schema: labelsSchema,
    own: labelsRecipe,
    example: labelsExample,
    pretrained: labelsPretrained,
    role: 'student',
  } as Recipes<LabelsRecipe>,
  towers: { schema: towersSchema, own: towersRecipe, example: towersExample } as Recipes<TowersRecipe>,
  table: { schema: tableSchema, own: tableRecipe } as Recipes<TableRecipe>,
  'bag-of-words': {
    schema: bagOfWordsSchema,
    own: bagOfWordsRecipe,
    example: bagOfWordsExample,
  } as Recipes<BagOfWordsRecipe>,
}

await command({
  async distil(signal) {
    const recipe = chooseRecipe('distil', recipes.distil, at('pairs'))
    await backend()
    await distil({ ...foldersOf('distil', at), recipe, signal })
  },
  async labels(signal) {
    stepBack()
    const recipe = chooseRecipe('labels', recipes.labels, at('pairs'))
    await backend()
    await labels({ ...foldersOf('labels', at), recipe, signal })
  },
  async towers(signal) {
    stepBack()
    const recipe = chooseRecipe('towers', recipes.towers, at('pairs'))
    await backend()
    await towers({ ...foldersOf('towers', at), recipe, signal })
  },
  async table(signal) {
    stepBack()
    const recipe = chooseRecipe('table', recipes.table, at('pairs'))
    await backend()
    await table({ ...foldersOf('table', at), stages: embeddingFolders(at), recipe, signal })
  },
  async 'bag-of-words'(signal) {
    stepBack()
    const recipe = chooseRecipe('bag-of-words', recipes['bag-of-words'], at('pairs'))
    await backend()
    await bagOfWords({ ...foldersOf('bag-of-words', at), recipe, signal })
  },
  recipes: async () => checkRecipes(recipes),
})
