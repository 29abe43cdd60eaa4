// `npm run bench -- closed-loop [searches] [comparisons]`: the loop of test/closed-loop with 20,000 simulated searches against bare
// workerd: served, recorded, collected, trained on, interleaved, promoted. Prints the planted quality before and after, and the time.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeLoopOnce } from '../../closed-loop/closed-loop.ts'

export async function run(): Promise<void> {
  const [searches, comparisons] = [Number(process.argv[3] ?? 20_000), Number(process.argv[4] ?? 2_000)]
  const began = performance.now()
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
  const home = mkdtempSync(join(tmpdir(), 'closed-loop-'))
  const say = (line: string) => console.log(`${seconds()}: ${line}`)
  const { before, after, decision, sentences } = await closeLoopOnce({ searches, comparisons, say }, home)
  for (const sentence of sentences) console.log(sentence)
  console.log(
    `${seconds()}: ${decision}; nDCG of held-out queries ${before.toFixed(3)} -> ${after.toFixed(3)}`,
  )
  if (decision !== 'better' || after <= before) process.exitCode = 1
}
