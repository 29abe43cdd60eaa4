// `npm run bench -- kill-scoring [kills] [seed]`: the score stage against a flaky server, killed with SIGKILL at random moments.
import { seededBy } from '@disranker/engine'
import { killScoring } from '../../tiny/killed-scoring.ts'

export async function run(): Promise<void> {
  const kills = Number(process.argv[3] ?? 20)
  const seed = Number(process.argv[4] ?? Date.now() % 100_000)
  const random = seededBy(seed, 'kill-scoring')
  const began = performance.now()
  const found = await killScoring(kills, () => random.uniform())
  console.log(`seed ${seed}, ${((performance.now() - began) / 1000).toFixed(0)} s`)
  console.log(JSON.stringify(found))
  if (!found.equal || found.twice > 0 || found.pairs !== found.candidates)
    throw new Error('A pair was lost, doubled or scored otherwise.')
}
