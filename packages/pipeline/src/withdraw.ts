// Withdraws stale results: a report and a deployment belong to the models and the data that they were made
// from. When an earlier stage runs again, with other data, another recipe or other code, both are withdrawn
// first: if the run is refused or killed, nothing stale is shown, served or deployed. They are renamed to
// `.stale`. Turbo restores known results when the data come back.
import { existsSync, renameSync, rmSync } from 'node:fs'
import {
  beforeWork,
  findManifest,
  foldersOf,
  type Manifest,
  runDefined,
  type StageDefinition,
} from '@disranker/stage'

/** Renames folders to `<folder>.stale`; missing ones are skipped. */
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
  /** returns the folder of a stage */
  readonly at: (stage: StageDefinition) => string
  /** the folder that the edge serves */
  readonly dist: string
  /** stages of the served model */
  readonly served: readonly StageDefinition[]
}

/**
 * Runs a stage, after withdrawing the results that depend on its last one: the report, and the served folder.
 */
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
  // if only the rest of a result cannot be added, dependent results stay valid
  const stands = findManifest(at(stage))?.postponed === true
  // a complete stage computes nothing, and its served result may be in use
  beforeWork(withdrawOnce)
  try {
    return await runDefined(stages, stage, at, options)
  } catch (error) {
    if (!stands) withdrawOnce()
    throw error
  }
}

/** The folders that depend on a stage's last result. */
function madeOf({ stages, at, dist, served }: Checkout, stage: StageDefinition): string[] {
  const report = stages.find(({ gathers }) => gathers === 'reported')!
  const isServed = served.some(({ name }) => name === stage.name)
  const { out } = foldersOf(stages, report, at)
  // a baseline that runs while the server runs: the report of the served model does not show it yet
  const isShown = isServed || stage === report || findManifest(out)?.inputs[stage.name] !== undefined
  return [...(isShown ? [out] : []), ...(isServed ? [dist] : [])]
}
