// May this model be bundled? The report of `evaluate` says so: not when it ranks below the first stage.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Report {
  readonly verdict?: {
    readonly bundled: boolean
    readonly served?: boolean
    readonly below?: readonly unknown[]
  }
  readonly sentences?: readonly string[]
}

/**
 * @param evaluate folder of the evaluate stage; where it is not complete, nothing is known against the model
 * @param quantize folder of the model
 * @throws {Error} when `quantize` left no model, or the report is of another one, or says that the search is better without this one
 */
export function checkVerdict(evaluate: string, quantize: string): void {
  const { content, metrics } = JSON.parse(readFileSync(join(quantize, 'manifest.json'), 'utf8')) as {
    content: string
    metrics?: { readonly leftOut?: string }
  }
  if (metrics?.leftOut !== undefined) throw new Error(`There is no model to bundle: ${metrics.leftOut}.`)
  const manifest = join(evaluate, 'manifest.json')
  if (!existsSync(manifest)) return
  const { inputs } = JSON.parse(readFileSync(manifest, 'utf8')) as { inputs: Record<string, string> }
  if (inputs.quantize !== content)
    throw new Error(`The report in ${evaluate} is of another model. Run "npx turbo run evaluate" first.`)
  const report = JSON.parse(readFileSync(join(evaluate, 'report.json'), 'utf8')) as Report
  if (report.verdict?.bundled !== false) return
  const { served = true, below = [] } = report.verdict
  const insist = below.length > 0 ? 'bundleBelowFirstStage' : 'bundleUndecided'
  const remedy = served
    ? `To bundle it all the same, set ${insist}: true in packages/metrics/recipes/evaluate.ts and run the same command again.`
    : `The reason is in the report under "Not there".`
  throw new Error(
    `${report.sentences?.[0] ?? 'The model ranks below the first stage.'}\n${remedy} The report is ${join(evaluate, 'report.html')}.`,
  )
}
