// A stage that is switched off: if all teachers of `score` are served elsewhere, no decoder need be trained
// here. Its recipe is then
//   export default { leftOut: 'the teacher is served by vLLM' }
// and its folder is complete, with that reason in the manifest, so that the pipeline continues and the report says why a row
// is missing.
import { findManifest, type Manifest, runStage } from '@disranker/stage'
import { z } from 'zod'

export interface LeftOut {
  readonly leftOut: string
}

export const leftOutSchema = z.strictObject({ leftOut: z.string().min(1) })

export const isLeftOut = (recipe: object): recipe is LeftOut => 'leftOut' in recipe

/**
 * The reason why an earlier stage did no work, as a recipe that does none either; undefined when it did its
 * work.
 */
export function leftOutBefore(folder: string): LeftOut | undefined {
  const leftOut = findManifest(folder)?.metrics.leftOut
  return typeof leftOut === 'string' ? { leftOut } : undefined
}

/** Writes a complete folder without a result. */
export function leaveOut(
  name: 'cpt' | 'sft',
  {
    out,
    recipe,
    signal,
    ...inputs
  }: {
    readonly pairs: string
    readonly teacher?: string
    readonly out: string
    readonly recipe: LeftOut
    readonly signal?: AbortSignal | undefined
  },
): Promise<Manifest> {
  return runStage({
    source: import.meta.url,
    name,
    out,
    inputs: inputs as Record<string, string>,
    recipe,
    signal,
    async run({ progress }) {
      progress.say(`${name}: left out, ${recipe.leftOut}`)
      return { leftOut: recipe.leftOut }
    },
  })
}
