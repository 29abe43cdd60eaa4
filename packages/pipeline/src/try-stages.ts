// `npm run try`: all stages on the embedded example with recipes/try/, one after the other in one process, in
// a separate folder. The results of a real run are not changed.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recipesOf, runDefined, type StageDefinition } from '@disranker/stage'
import { pipeline } from './pipeline.ts'
import { BEGINS } from './start/run-stages.ts'

/** returns the folder of a stage */
export const TRY = fileURLToPath(new URL('../../../.cache/disranker/try', import.meta.url))

export const inTry = ({ name }: Pick<StageDefinition, 'name'>): string => join(TRY, name)

export const tryStages = (): StageDefinition[] => pipeline.filter(({ apart = false }) => !apart)

export async function runTry(signal: AbortSignal): Promise<void> {
  for (const stage of tryStages()) {
    const { own = {}, example = own, tiny = example } = await recipesOf(stage)
    console.log(`${stage.name}: ${BEGINS}`)
    await runDefined(pipeline, stage, inTry, { recipe: tiny, signal })
  }
}
