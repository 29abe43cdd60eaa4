// `npm run bench -- kill`: 200 times SIGKILL on the tiny river, the last 50 around the finishing of a stage, each followed by
// a run that must complete with the same bits and compute nothing again that was finished. Ends at the first that does not.
import { seededBy } from '@disranker/engine'
import { anyMoment, finishingMoment, openKilledRiver } from '../tiny/killed-river.ts'

const KILLS = 200
/** share of the kills around finishing: the last ones */
const AIMED = 0.25

export async function run(): Promise<void> {
  const river = await openKilledRiver()
  const seed = Number(process.argv[3] ?? 1)
  const kills = Number(process.argv[4] ?? KILLS)
  const random = seededBy(seed, 'kill')
  console.log(
    `a run without a kill: ${river.seconds.toFixed(1)} s; seed ${seed} (npm run bench -- kill <seed> <kills>)`,
  )
  let killed = 0
  for (let kill = 1; kill <= kills; kill++) {
    const moment = kill > kills * (1 - AIMED) ? finishingMoment(random) : anyMoment(river, random)
    if (await river.kill(moment)) killed++
    if (kill % 10 === 0)
      console.log(`${kill} of ${kills}: ${killed} were killed before their end, all completed`)
  }
  river.dispose()
}
