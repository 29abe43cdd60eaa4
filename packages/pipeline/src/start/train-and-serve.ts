// From a checkout to an answering endpoint. The stages of the served model run first; then a report of these
// stages decides whether the model may be served; then the server starts, and the other rows of the report
// are computed while it runs.
import { join, relative } from 'node:path'
import { ENCODER, NO_ENCODER, type WantedEncoder } from '@disranker/sentence-encoder'
import {
  findManifest,
  findStage,
  formatSeconds,
  inCheckout,
  type Manifest,
  POSTPONE,
  type StageDefinition,
} from '@disranker/stage'
import { whyWithout } from '@disranker/student/network/network-choice'
import { isFewJudgedIn } from '@disranker/student/queries/vector-queries'
import { recipesFor } from '../choose-recipe.ts'
import { findOwnLog, pipeline } from '../pipeline.ts'
import { roundly } from './draw-plan.ts'
import { makeBundle, serve } from './endpoint.ts'
import { expectedSeconds, measureSlowness, restSeconds } from './expected-seconds.ts'
import { findReader } from './find-weights.ts'
import { createRunPlan, type RunPlan } from './run-plan.ts'
import { runChild, runStages, StageFailed } from './run-stages.ts'
import { readsOf, SERVED, servedFirst } from './served-first.ts'
import { type Shown, show } from './show.ts'
import { named, only, ROOT, startChild, unchangedStages } from './turbo.ts'
import { whatIsRead } from './what-is-read.ts'

export interface StartOptions {
  /** whether published weights are required for the example, too */
  readonly pretrained: boolean
}

interface Room {
  readonly shown: Shown
  order: ReturnType<typeof servedFirst>
  readonly planOf: (stages: readonly StageDefinition[], part?: 'rest') => RunPlan
}

const report = findStage(pipeline, 'evaluate')

/** @returns the exit code */
export async function trainAndServe({ pretrained }: StartOptions): Promise<number> {
  const own = findOwnLog()
  const recipes = await recipesFor(pipeline, own === undefined)
  // the example uses no encoder by default; for your own log it is searched when the documents are read
  const encoder = pretrained || own !== undefined
  const order = servedFirst(pipeline, whatIsRead(recipes, { encoder }))
  const slowness = measureSlowness()
  const reads = (stage: StageDefinition) => readsOf(pipeline, stage, recipes[stage.name])
  process.env[ENCODER] = NO_ENCODER
  process.env[POSTPONE] = '1'
  const ranBefore = findManifest(inCheckout(findStage(pipeline, 'pairs'))) !== undefined
  const unchanged = ranBefore ? await unchangedStages(only(order.first)) : new Set<string>()
  const expected = (stage: StageDefinition, part?: 'rest') => {
    if (unchanged.has(stage.name)) return 0
    if (part === 'rest' && stage.postpones !== undefined) return restSeconds(stage, slowness)
    return expectedSeconds(stage, slowness).seconds
  }
  const planOf: Room['planOf'] = (stages, part) =>
    createRunPlan(
      stages.map((stage) => ({
        name: stage.name,
        after: reads(stage).map(({ name }) => name),
        expected: expected(stage, part),
      })),
    )
  return show('start', async (shown) => {
    const room: Room = { shown, order, planOf }
    await train(room, { own, pretrained, recipes })
    await makeBundle(shown, inCheckout(report))
    return serve(shown, { behind: () => compare(room) })
  })
}

interface Training extends StartOptions {
  /** folder of your own log */
  readonly own: string | undefined
  readonly recipes: Readonly<Record<string, unknown>>
}

/** The stages of the served model. */
async function train(room: Room, { own, pretrained, recipes }: Training) {
  const { shown, order, planOf } = room
  const { screen } = shown
  const plan = planOf([...order.first, report])
  const left = plan.left()
  screen.say(
    `${own === undefined ? 'The embedded example' : `Your own log in ${own}`}: ${plan.stages().length} stages until it serves, about ${roundly(left)}; then the baselines and the complete report behind the server.`,
  )
  screen.watch(plan)
  const running = {
    ...shown,
    plan,
    ended: (name: string) => screen.ended(plan, name),
    notice: (line: string) => screen.say(line),
  }
  const data = order.first.slice(0, order.first.findIndex(({ name }) => name === 'pairs') + 1)
  const checks = '@disranker/pipeline#recipes'
  if (own !== undefined || pretrained) {
    await runStages([...only(data), checks], running)
    process.env[ENCODER] = await findReader(recipes.features as WantedEncoder, pretrained, (line) =>
      screen.say(line),
    )
  }
  if (process.env[ENCODER] !== NO_ENCODER && mayDoWithout(recipes.distil)) {
    const read = whatIsRead(recipes, { encoder: true, few: true })
    await runStages([...only(servedFirst(pipeline, read, 'table').first), checks], running)
    if (whyWithout(recipes.distil as Student, TABLE) !== undefined)
      room.order = servedFirst(pipeline, read, SERVED, [TEACHER])
  }
  const { first } = room.order
  // the teacher's scores are then only a row of the report
  for (const { name } of order.first.filter((stage) => !first.includes(stage))) plan.end(name)
  await runStages([...only(first), checks], running)
  if (!isOfServed(findManifest(inCheckout(report)), recipes[report.name])) {
    plan.begin(report.name)
    await evaluate(shown, first)
  }
  plan.end(report.name)
  screen.rest()
}

type Student = Parameters<typeof whyWithout>[0]
/** the stage that scores for a network */
const TEACHER = 'score'
const TABLE = {
  pairs: inCheckout(findStage(pipeline, 'pairs')),
  table: inCheckout(findStage(pipeline, 'table')),
}

/** Whether the table alone may be served: then it is made first, and decides. */
function mayDoWithout(recipe: unknown): boolean {
  return isFewJudgedIn(TABLE.pairs) && (recipe as Student).network === 'earned'
}

/** Whether a report is about the existing model, and decides by the current recipe whether it may be served. */
const isOfServed = (found: Manifest | undefined, recipe: unknown): boolean =>
  found !== undefined &&
  JSON.stringify(found.recipe) === JSON.stringify(recipe) &&
  [SERVED, 'pairs'].every(
    (name) => found.inputs[name] === findManifest(inCheckout(findStage(pipeline, name)))?.content,
  )

/** A report of some stages; of all by default. */
async function evaluate(shown: Shown, stages?: readonly StageDefinition[], low = false) {
  const cli = join(ROOT, 'packages/pipeline/src/cli.ts')
  const rows = stages?.filter(({ reported }) => reported).map(({ name }) => name)
  const words = [cli, report.name, ...(rows ? ['--of', rows.join()] : [])]
  const lines: string[] = []
  const onLine = (line: string) => {
    lines.push(line)
    shown.log.write(line, report.name)
  }
  const code = await runChild(startChild(words, { low, onLine }), shown)
  if (code !== 0) throw new StageFailed(`evaluate failed. ${lines.slice(-6).join('\n')}`)
}

/**
 * The other rows of the report, and the postponed files, at low priority. A failure is printed and stops
 * nothing.
 */
async function compare(room: Room): Promise<void> {
  const { shown, order, planOf } = room
  const { screen, log } = shown
  const stages = [...order.first.filter(({ postpones }) => postpones !== undefined), ...order.later]
  const plan = planOf([...stages, report], 'rest')
  const page = relative(process.cwd(), join(inCheckout(report), 'report.html'))
  const after = `Log: ${log.file}`
  let computes = false
  const began = () => {
    if (computes) return
    computes = true
    screen.say(
      `Serving; the comparison with the baselines is ready in about ${roundly(plan.left())}: ${page}. ${after}`,
    )
  }
  try {
    const since = Date.now()
    delete process.env[POSTPONE]
    await runStages(named(stages), { ...shown, plan, began }, true)
    await evaluate(shown, undefined, true)
    const took = computes ? ` after ${formatSeconds((Date.now() - since) / 1000)}` : ''
    screen.say(`The comparison is complete${took}: ${page}${computes ? '' : `. ${after}`}`)
  } catch (error) {
    if (!shown.isStopped())
      screen.say(
        `The comparison could not be made, serving continues. ${error instanceof Error ? error.message : error}\n${after}`,
      )
  }
}
