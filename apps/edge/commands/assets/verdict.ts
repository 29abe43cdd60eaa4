// Decides from the report of `evaluate` whether this model may be bundled: not if it ranks below the first
// stage. After a killed or refused run, the data and the report may not belong to the model of an earlier
// run, which is checked, too.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

interface Report {
  readonly verdict?: {
    readonly bundled: boolean
    readonly served?: boolean
    readonly below?: readonly unknown[]
  }
  readonly sentences?: readonly string[]
}

interface Made {
  readonly content: string
  readonly inputs: Readonly<Record<string, string>>
  readonly metrics?: { readonly leftOut?: string }
}

const readMade = (folder: string): Made => {
  // a stage writes its manifest last, so a folder with one is complete
  const manifest = join(folder, 'manifest.json')
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')) as Made
  throw new Error(`${relative(process.cwd(), folder)} is not complete. Run "npx turbo run train" first.`)
}

/**
 * @param folders of the stages that the model and its report come from
 * @throws {Error} when a stage is not complete, `quantize` wrote no model or one of other pairs, or the
 * report is about another model, or says that the search is better without this one
 */
export function checkVerdict({
  pairs,
  quantize,
  evaluate,
}: Readonly<Record<'pairs' | 'quantize' | 'evaluate', string>>): void {
  const { content, inputs, metrics } = readMade(quantize)
  if (inputs.pairs !== readMade(pairs).content)
    throw new Error(
      `The model in ${quantize} is of other data than ${pairs}. Run "npx turbo run train" first.`,
    )
  if (metrics?.leftOut !== undefined) throw new Error(`There is no model to bundle: ${metrics.leftOut}.`)
  if (readMade(evaluate).inputs.quantize !== content)
    throw new Error(`The report in ${evaluate} is of another model. Run "npx turbo run evaluate" first.`)
  const report = JSON.parse(readFileSync(join(evaluate, 'report.json'), 'utf8')) as Report
  if (report.verdict?.bundled !== false) return
  const { served = true, below = [] } = report.verdict
  const insist = below.length > 0 ? 'bundleBelowFirstStage' : 'bundleUndecided'
  const remedy = served
    ? `To bundle it all the same, set ${insist}: true in packages/metrics/recipes/evaluate.ts and run the same command again.`
    : `The reason is in the report after "Missing".`
  throw new Error(
    `${report.sentences?.[0] ?? 'The model ranks below the first stage.'}\n${remedy} The report is ${join(evaluate, 'report.html')}.`,
  )
}
