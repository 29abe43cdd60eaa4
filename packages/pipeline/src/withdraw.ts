// A report and a deployment are of the models and the data they were made of. When a stage before them runs again, with other data, another
// recipe or other code, both are withdrawn first: should the run be refused or killed, nothing stale is shown, served or deployed.
// They lie next to it, under `.stale`. Turbo puts back what it knows when the data come back.
import { existsSync, renameSync, rmSync } from 'node:fs'
import {
  beforeWork,
  findManifest,
  foldersOf,
  type Manifest,
  runDefined,
  type StageDefinition,
} from '@disranker/stage'

/** Moves folders to `<folder>.stale`; those that are not there are left out. */
export function withdraw(folders: readonly string[]): void {
  for (const folder of folders) {
    if (!existsSync(folder)) continue
    const stale = `${folder}.stale`
    rmSync(stale, { recursive: true, force: true })
    try {
      renameSync(folder, stale)
    } catch (error) {
      // a stage that runs at the same time was faster
      if (existsSync(folder)) throw error
    }
  }
}

export interface Checkout {
  readonly stages: readonly StageDefinition[]
  /** where a stage leaves its folder */
  readonly at: (stage: StageDefinition) => string
  /** the folder that the edge serves */
  readonly dist: string
  /** stages that what is served is made of */
  readonly served: readonly StageDefinition[]
}

/** Runs a stage, after withdrawing what was made of its last result: the report that shows it, and what is served. */
export async function runAnew(
  { stages, at, dist, served }: Checkout,
  stage: StageDefinition,
  options: Parameters<typeof runDefined>[3],
): Promise<Manifest> {
  let isWithdrawn = false
  const withdrawOnce = () => {
    if (isWithdrawn) return
    isWithdrawn = true
    withdraw(madeOf({ stages, at, dist, served }, stage))
  }
  // of a result whose rest cannot be added, what was made of it stays right
  const stands = findManifest(at(stage))?.postponed === true
  // a stage that is complete computes nothing, and what is served of it may be in use
  beforeWork(withdrawOnce)
  try {
    return await runDefined(stages, stage, at, options)
  } catch (error) {
    if (!stands) withdrawOnce()
    throw error
  }
}

/** The folders that were made of a stage's last result. */
function madeOf({ stages, at, dist, served }: Checkout, stage: StageDefinition): string[] {
  const report = stages.find(({ gathers }) => gathers === 'reported')!
  const isServed = served.some(({ name }) => name === stage.name)
  const { out } = foldersOf(stages, report, at)
  // a baseline that runs behind the server: the report of what is served does not show it yet
  const isShown = isServed || stage === report || findManifest(out)?.inputs[stage.name] !== undefined
  return [...(isShown ? [out] : []), ...(isServed ? [dist] : [])]
}
