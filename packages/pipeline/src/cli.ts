// `node src/cli.ts <stage>`, run by turbo: one command line for all stages. Other commands:
//   evaluate --of a,b  a report of these stages alone, for a model whose baselines are not ready yet
//   recipes        checks every recipe, so that a mistake ends the run in its first second
//   keep <name>    keeps what the stages ranked, for a later report to compare
//   try            all stages with little work, in a separate folder
//   study          many trainings that differ in one thing each
import { constants, getPriority, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { command, foldersOf, InputError, inCheckout, POSTPONE, type StageDefinition } from '@disranker/stage'
import { checkRecipes, chooseRecipe, isExample, recipesFor } from './choose-recipe.ts'
import { pipeline } from './pipeline.ts'
import { servedStages } from './served-stages.ts'
import { runTry } from './try-stages.ts'
import { runAnew } from './withdraw.ts'

const PAIRS = inCheckout({ home: 'dataset', name: 'pairs' })
const DIST = fileURLToPath(new URL('../../../apps/edge/dist', import.meta.url))

async function run(stage: StageDefinition, signal: AbortSignal): Promise<void> {
  // at lower priority than the teacher, whose training takes longest and blocks all later stages
  const low = constants.priority.PRIORITY_BELOW_NORMAL
  if (stage.background && getPriority() < low) setPriority(low)
  const given = stage.checkout?.()
  // the folder that tells whether the pipeline runs on the example: the pairs, and for their own stage its
  // input
  const input = (given as { readonly input?: string } | undefined)?.input
  const from =
    stage.reads.input === 'example' ? (input ?? inCheckout({ home: 'example', name: 'example' })) : undefined
  const recipe = await chooseRecipe(stage, from)
  const checkout = {
    stages: shownOf(stage),
    at: inCheckout,
    dist: DIST,
    served: servedStages(pipeline, inCheckout, await recipesFor(pipeline, isExample(from ?? PAIRS))),
  }
  const postpone = stage.postpones !== undefined && process.env[POSTPONE] === '1'
  await runAnew(checkout, stage, { recipe, signal, postpone, ...given })
}

/** All stages, except rows that `evaluate --of <stages>` leaves out of its report. */
function shownOf(stage: StageDefinition): readonly StageDefinition[] {
  if (stage.gathers !== 'reported') return pipeline
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { of: { type: 'string' } },
  })
  const rows = values.of?.split(',')
  return rows === undefined
    ? pipeline
    : pipeline.filter(({ name, reported = false }) => !reported || rows.includes(name))
}

async function keep(name: string | undefined): Promise<void> {
  if (name === undefined)
    throw new InputError('Say under which name: npm run keep -- <name>, for instance "without-weak".')
  const { keepRuns } = await import('@disranker/metrics')
  const evaluate = pipeline.find(({ gathers }) => gathers === 'reported')!
  const { stages } = foldersOf(pipeline, evaluate, inCheckout)
  const { kept } = evaluate.checkout!() as { kept: string }
  console.log(`kept as ${name}: ${keepRuns(stages, kept, name).join(', ')}`)
}

await command({
  ...Object.fromEntries(
    pipeline.map((stage) => [stage.name, (signal: AbortSignal) => run(stage, signal)] as const),
  ),
  async recipes() {
    for (const stage of pipeline) await checkRecipes(stage)
  },
  keep: () => keep(process.argv[3]),
  try: runTry,
  async study(signal) {
    const { studyCheckout } = await import('@disranker/study')
    await studyCheckout(pipeline, fileURLToPath(new URL('study-step.ts', import.meta.url)), signal)
  },
})
