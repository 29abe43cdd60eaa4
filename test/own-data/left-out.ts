// A folder of a stage that did no work, as a placeholder for stages that others name but do not need.
import { join } from 'node:path'
import { runStage } from '@disranker/stage'

/** A folder below `base` as a placeholder for stages that are not needed. */
export async function leaveOut(base: string): Promise<string> {
  const out = join(base, 'left-out')
  const run = async () => ({ leftOut: 'not needed' })
  await runStage({ source: import.meta.url, name: 'left-out', out, inputs: {}, recipe: {}, run })
  return out
}
