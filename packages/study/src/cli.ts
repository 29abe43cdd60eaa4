// `node src/cli.ts study`, run by turbo: chooses the recipes, the folders and how many steps run at a time.
import { availableParallelism, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findCheckpoint, isAsked, type PretrainedRole, pretrainedModels } from '@disranker/checkpoint'
import { command, InputError, inCheckout } from '@disranker/stage'
import recipe from '../recipes/study.ts'
import { exampleRecipes } from './example-recipes.ts'
import { study } from './study.ts'
import { checkStudy } from './study-recipe.ts'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** bytes that one step may take */
const STEP_MEMORY = 3e9
const { DISRANKER_STUDY_MINUTES: minutes } = process.env

/** What may be started from: the published models that were asked for, as far as they can be had. */
async function findModels(signal: AbortSignal): Promise<Set<string>> {
  const found = new Set<string>()
  for (const [role, model] of Object.entries(pretrainedModels))
    try {
      if (!isAsked(role as PretrainedRole)) continue
      await findCheckpoint(model, signal)
      found.add(role)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      console.log(`study: goes on without the published ${role}: ${error.message}`)
    }
  return found
}

await command({
  async study(signal) {
    checkStudy(recipe)
    return study({
      pairs: inCheckout(import.meta.url)('pairs'),
      steps: folder('../out/steps'),
      out: folder('../out/study'),
      base: exampleRecipes,
      recipe,
      models: await findModels(signal),
      ...(minutes !== undefined && { minutes: Number(minutes) }),
      processes: Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / STEP_MEMORY))),
      signal,
    })
  },
})
