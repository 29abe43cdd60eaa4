// `node src/cli.ts cpt | sft | bi-encoder | score`, run by turbo: chooses the backend, the recipe and the folders.
// `node src/cli.ts recipes` checks the recipes.
import { fileURLToPath } from 'node:url'
import { openBackend } from '@disranker/engine'
import { checkRecipes, chooseRecipe, type Recipes } from '@disranker/ranking'
import { command, foldersOf, inCheckout, teachingFolders } from '@disranker/stage'
import biEncoderRecipe from '../recipes/bi-encoder.ts'
import cptRecipe from '../recipes/cpt.ts'
import cptExample from '../recipes/example/cpt.ts'
import scoreExample from '../recipes/example/score.ts'
import sftExample from '../recipes/example/sft.ts'
import biEncoderPretrained from '../recipes/pretrained/bi-encoder.ts'
import cptPretrained from '../recipes/pretrained/cpt.ts'
import scorePretrained from '../recipes/pretrained/score.ts'
import sftPretrained from '../recipes/pretrained/sft.ts'
import scoreRecipe from '../recipes/score.ts'
import sftRecipe from '../recipes/sft.ts'
import { type BiEncoderRecipe, biEncoder } from './bi-encoder.ts'
import { type CptRecipe, cpt } from './cpt.ts'

import { isLeftOut, type LeftOut, leaveOut, leftOutBefore } from './leave-out.ts'
import { biEncoderSchema, cptSchema, scoreSchema, sftSchema } from './recipes.ts'

import { type ScoreRecipe, score } from './score.ts'
import { type SftRecipe, sft } from './sft.ts'

const at = inCheckout(import.meta.url)
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })
const recipes = {
  cpt: {
    schema: cptSchema,
    own: cptRecipe,
    example: cptExample,
    pretrained: cptPretrained,
  } as Recipes<CptRecipe | LeftOut>,
  'bi-encoder': {
    schema: biEncoderSchema,
    own: biEncoderRecipe,
    pretrained: biEncoderPretrained,
  } as Recipes<BiEncoderRecipe>,
  sft: {
    schema: sftSchema,
    own: sftRecipe,
    example: sftExample,
    pretrained: sftPretrained,
  } as Recipes<SftRecipe | LeftOut>,
  score: {
    schema: scoreSchema,
    own: scoreRecipe,
    example: scoreExample,
    pretrained: scorePretrained,
  } as Recipes<ScoreRecipe>,
}

await command({
  async cpt(signal) {
    const recipe = chooseRecipe('cpt', recipes.cpt, at('pairs'))
    const folders = foldersOf('cpt', at)
    if (isLeftOut(recipe)) return leaveOut('cpt', { ...folders, recipe, signal })
    await backend()
    await cpt({ ...folders, recipe, signal })
  },
  async sft(signal) {
    const recipe = chooseRecipe('sft', recipes.sft, at('pairs'))
    const folders = foldersOf('sft', at)
    const without = isLeftOut(recipe) ? recipe : leftOutBefore(folders.teacher)
    if (without !== undefined) return leaveOut('sft', { ...folders, recipe: without, signal })
    await backend()
    await sft({ ...folders, recipe: recipe as SftRecipe, signal })
  },
  async 'bi-encoder'(signal) {
    const recipe = chooseRecipe('bi-encoder', recipes['bi-encoder'], at('pairs'))
    if (recipe.from !== false) await backend()
    await biEncoder({ ...foldersOf('bi-encoder', at), recipe, signal })
  },
  async score(signal) {
    const recipe = chooseRecipe('score', recipes.score, at('pairs'))
    await backend()
    await score({
      ...foldersOf('score', at),
      stages: teachingFolders(at),
      input: fileURLToPath(new URL('../in', import.meta.url)),
      kept: fileURLToPath(new URL('../kept', import.meta.url)),
      recipe,
      agreed: process.argv.includes('--yes') || process.env.DISRANKER_YES === '1',
      environment: process.env,
      signal,
    })
  },
  recipes: async () => checkRecipes(recipes),
})
