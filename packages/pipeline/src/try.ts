// `npm run try`: the whole pipeline in less than a minute, as a demonstration. The served model is hardly
// trained.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeBundle, serve } from './start/endpoint.ts'
import { expectedSeconds, measureSlowness } from './start/expected-seconds.ts'
import { createRunPlan } from './start/run-plan.ts'
import { follow } from './start/run-stages.ts'
import { show } from './start/show.ts'
import { startChild } from './start/turbo.ts'
import { inTry, TRY, tryStages } from './try-stages.ts'

/** share of a stage's time with these recipes */
const SHARE = 0.1

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))

process.exitCode = await show('try', async (shown) => {
  const stages = tryStages()
  const slowness = measureSlowness() * SHARE
  const plan = createRunPlan(
    stages.map((stage, at) => ({
      name: stage.name,
      after: stages.slice(Math.max(0, at - 1), at).map(({ name }) => name),
      expected: expectedSeconds(stage, slowness, { at: inTry, start: 0 }).seconds,
    })),
  )
  shown.screen.say(
    `A look at the pipeline: all ${stages.length} stages on the embedded example, each with a small part of its work. The served model is hardly trained; \`npm start\` trains it.`,
  )
  shown.screen.watch(plan)
  const ended = (name: string) => shown.screen.ended(plan, name)
  await follow(
    (hear) => startChild([cli, 'try'], { onLine: (line) => hear(line, /^(\S+): /.exec(line)?.[1]) }),
    { ...shown, plan, ended },
  )
  shown.screen.rest()
  const dist = join(TRY, 'dist')
  await makeBundle(shown, inTry({ name: 'evaluate' }), [TRY, dist])
  shown.screen.say(
    `These figures are of a model that is hardly trained: they show that the stages run, and nothing else. Log: ${shown.log.file}`,
  )
  return serve(shown, { dist })
})
