// `node src/cli.ts <stage>`, run by turbo: one command line for all stages. Beside them:
//   recipes        checks every recipe: a slip ends the run in its first second
//   keep <name>    keeps what the stages ranked, for a later report to show beside what came after
//   study          many trainings that differ in one thing each
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { command, foldersOf, InputError, inCheckout, type StageDefinition } from '@disranker/stage'
import { checkRecipes, chooseRecipe } from './choose-recipe.ts'
import { pipeline } from './pipeline.ts'
import { runAnew } from './withdraw.ts'

const DIST = fileURLToPath(new URL('../../../apps/edge/dist', import.meta.url))

async function run(stage: StageDefinition, signal: AbortSignal): Promise<void> {
  // behind the teacher, whose training takes longest and which all that follows waits for
  if (stage.background) setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const given = stage.checkout?.()
  // what tells whether the pipeline runs on the example: the pairs, and for their own stage its input
  const input = (given as { readonly input?: string } | undefined)?.input
  const from =
    stage.reads.input === 'example' ? (input ?? inCheckout({ home: 'example', name: 'example' })) : undefined
  const recipe = await chooseRecipe(stage, from)
  await runAnew({ stages: pipeline, at: inCheckout, dist: DIST }, stage, { recipe, signal, ...given })
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
  async study(signal) {
    const { studyCheckout } = await import('@disranker/study')
    await studyCheckout(pipeline, fileURLToPath(new URL('study-step.ts', import.meta.url)), signal)
  },
})
