// 20,000 generated bad requests over all routes: `npm run bench -- fuzz [count] [seed]`. The same check as
// test/edge/hostile/fuzz.test.ts, longer.
import { fuzz } from '../../edge/hostile/fuzz.ts'

/** Prints the answers by status; rejects with the smallest request that was answered wrongly. */
export async function run(): Promise<void> {
  const count = Number(process.argv[3] ?? 20_000)
  const seed = Number(process.argv[4] ?? 1)
  const began = performance.now()
  const statuses = await fuzz(count, seed, (done) => {
    if (done % 2_000 === 0) console.log(`${done} of ${count}`)
  })
  const seconds = (performance.now() - began) / 1000
  const told = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`)
  console.log(`${count} bad requests in ${seconds.toFixed(1)} s, seed ${seed}: ${told.join(', ')}; none else`)
}
