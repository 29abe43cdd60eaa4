// `npx turbo run study`: chooses the recipes, the folders and the number of parallel steps.
import { availableParallelism, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findCheckpoint, isAsked, type PretrainedRole, pretrainedModels } from '@disranker/checkpoint'
import { findStage, InputError, inCheckout, type Manifest, type StageDefinition } from '@disranker/stage'
import recipe from '../../recipes/study.ts'
import { exampleRecipes } from '../arms.ts'
import { study } from '../study.ts'
import { checkStudy } from '../study-recipe.ts'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** maximal bytes of one step */
const STEP_MEMORY = 3e9

/** The available published models among the requested ones. */
async function findModels(signal: AbortSignal): Promise<Set<string>> {
  const found = new Set<string>()
  for (const [role, model] of Object.entries(pretrainedModels))
    try {
      if (!isAsked(role as PretrainedRole)) continue
      await findCheckpoint(model, signal)
      found.add(role)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      console.log(`study: runs without the published ${role}: ${error.message}`)
    }
  return found
}

/**
 * Runs recipes/study.ts on this checkout.
 * @param script the module of a step's process
 */
export async function studyCheckout(
  pipeline: readonly StageDefinition[],
  script: string,
  signal: AbortSignal,
): Promise<Manifest> {
  checkStudy(recipe)
  const { DISRANKER_STUDY_MINUTES: minutes } = process.env
  return study({
    pairs: inCheckout(findStage(pipeline, 'pairs')),
    steps: folder('../../out/steps'),
    out: folder('../../out/study'),
    pipeline,
    script,
    base: await exampleRecipes(pipeline),
    recipe,
    models: await findModels(signal),
    ...(minutes !== undefined && { minutes: Number(minutes) }),
    processes: Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / STEP_MEMORY))),
    signal,
  })
}
