// Training is killed at random moments, some of them while a stage finishes, each time followed by a run that goes on: it
// must always complete with the bits of a run that nothing disturbed, and compute nothing again that was finished.
// `npm run bench -- kill` does it 200 times.
import { seededBy } from '@disranker/engine'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  anyMoment,
  finishingMoment,
  type KilledPipeline,
  openKilledPipeline,
} from './tiny/killed-pipeline.ts'

const KILLS = 6
let pipeline: KilledPipeline
beforeAll(async () => {
  pipeline = await openKilledPipeline()
}, 120_000)
afterAll(() => pipeline.dispose())

it.each([
  ['at any moment', (random) => anyMoment(pipeline, random)],
  ['while a stage finishes', finishingMoment],
] satisfies [string, (random: ReturnType<typeof seededBy>) => Parameters<KilledPipeline['kill']>[0]][])(
  `completes with equal weights after ${KILLS} kills %s`,
  { timeout: 600_000 },
  async (name, moment) => {
    const random = seededBy(2024, name)
    let killed = 0
    for (let kill = 0; kill < KILLS; kill++) if (await pipeline.kill(moment(random))) killed++
    // a kill that comes after the end kills nothing
    expect(killed).toBeGreaterThanOrEqual(KILLS / 2)
  },
)
