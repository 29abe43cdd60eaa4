// The spread over seeds: the same recipe trained again from further seeds, each with its own runs.
import { join } from 'node:path'
import type { RankedSplits } from './rank-splits.ts'
import { seedFolder } from './ranked.ts'

/**
 * @param stage the stage's name; a training is called `<stage>-seed-<n>`
 * @param train trains from a seed and writes the runs to `runs` below the stage's folder
 * @returns validation's figures by seed, for the manifest; empty without a further seed
 */
export async function trainSeeds(
  stage: string,
  seeds: readonly number[],
  train: (seed: number, name: string, runs: string) => Promise<Pick<RankedSplits, 'validation'>>,
): Promise<{ readonly seeds?: Readonly<Record<string, RankedSplits['validation']>> }> {
  const found: Record<string, RankedSplits['validation']> = {}
  for (const seed of seeds)
    found[seed] = (await train(seed, `${stage}-seed-${seed}`, join('runs', seedFolder(seed)))).validation
  return seeds.length === 0 ? {} : { seeds: found }
}
