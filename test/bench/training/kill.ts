// `npm run bench -- kill [seed] [first] [last]`: 200 times SIGKILL on the tiny pipeline, the last 50 around the finishing of a
// stage, each followed by a run that must complete with the same bits and compute nothing again that was finished. Ends at
// the first that does not. Every kill has a moment of its own by its number, so that a part of them can be run alone.
import { seededBy } from '@disranker/engine'
import { anyMoment, finishingMoment, openKilledPipeline } from '../../tiny/killed-pipeline.ts'

const KILLS = 200
/** the last ones are aimed at finishing */
const AIMED = 50

export async function run(): Promise<void> {
  const [seed = 1, first = 1, last = KILLS] = process.argv.slice(3).map(Number)
  const pipeline = await openKilledPipeline()
  console.log(
    `a run without a kill: ${pipeline.seconds.toFixed(1)} s; seed ${seed}, kills ${first} to ${last}`,
  )
  let killed = 0
  for (let kill = first; kill <= last; kill++) {
    const random = seededBy(seed, `kill ${kill}`)
    const moment = kill > KILLS - AIMED ? finishingMoment(random) : anyMoment(pipeline, random)
    if (await pipeline.kill(moment)) killed++
    if (kill % 10 === 0 || kill === last)
      console.log(
        `${kill - first + 1} of ${last - first + 1}: ${killed} were killed before their end, all completed`,
      )
  }
  pipeline.dispose()
}
