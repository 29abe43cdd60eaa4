// Decides whether the winner of an experiment may replace the served model.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { choosesModel } from '@disranker/experiments'
import { InputError } from '@disranker/stage'
import type { ExperimentReport } from './report-page.ts'

export interface Promotable {
  readonly arm: string
  readonly reason: string
  readonly version: string
}

/**
 * The arm that the report calls better, if the bundle is the one that this arm showed.
 * @param report `experiment.json` of the stage
 * @param bundle folder of the bundle to serve
 * @throws {InputError} the verdict is another one, or the bundle is not the one that users saw
 */
export function promotable(report: string, bundle: string, name: string): Promotable {
  if (!existsSync(report))
    throw new InputError(
      `${report} does not exist. Wanted: the report on the experiment. Run: npx turbo run experiment`,
    )
  const { experiment, decisions, versions } = JSON.parse(readFileSync(report, 'utf8')) as ExperimentReport
  if (experiment.name !== name)
    throw new InputError(
      `The report is about the experiment "${experiment.name}", not "${name}". Name it in packages/online/recipes/experiment.ts and run: npx turbo run experiment`,
    )
  if (!choosesModel(experiment))
    throw new InputError(
      `The arms of "${name}" name no model: the caller acts on them, so there is no bundle to promote.`,
    )
  const winner = decisions.find(({ decision }) => decision === 'better')
  if (winner === undefined) {
    const said = decisions
      .map(({ arm, decision, reason }) => `${arm}: ${decision}, because ${reason}`)
      .join('; ')
    throw new InputError(`Nothing is promoted. ${said}.`)
  }
  const manifest = join(bundle, 'manifest.json')
  if (!existsSync(manifest))
    throw new InputError(`${bundle} has no manifest.json. Wanted: the folder of a bundle.`)
  const version = createHash('sha256').update(readFileSync(manifest)).digest('hex').slice(0, 12)
  const shown = versions[winner.arm] ?? []
  if (shown[0] !== version)
    throw new InputError(
      `The bundle is version ${version}, and ${winner.arm} showed ${shown.join(', ') || 'none that was recorded'}. Wanted: the bundle that users saw.`,
    )
  return { arm: winner.arm, reason: winner.reason, version }
}
