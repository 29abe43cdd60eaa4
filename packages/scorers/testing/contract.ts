// The contract that every scorer must fulfil, with any implementation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scorer, TextPair } from '../src/scorer.ts'

const pair = (query: string, title: string, summary: string): TextPair => ({
  query,
  document: { title, summary },
})

/** Pairs of three queries, of all lengths, with texts that easily break encodings. */
export const PAIRS: readonly TextPair[] = [
  pair('red shoes', 'Red running shoes', 'Light shoes for the road.'),
  pair('red shoes', 'Rain coat', ''),
  pair('red shoes', '', 'shoes, "red"\nand \\ blue'),
  pair('Übergröße für Schuhe', 'Schuhe', 'Größe 52'),
  pair('Übergröße für Schuhe', '靴', '赤い靴 🥾'),
  pair('rain', 'Rain coat', 'A coat for rain, wind and snow. '.repeat(20)),
  pair('rain', 'Umbrella', 'For rain.'),
]

export interface Contract {
  /** called once */
  open(): Promise<Scorer> | Scorer
  /** allowed difference of two scores of one pair; 1e-5 by default */
  readonly tolerance?: number
}

/** The suite, for one scorer. */
export function keepsTheContract(name: string, { open, tolerance = 1e-5 }: Contract): void {
  describe(`${name}, as a scorer`, () => {
    let scorer: Scorer
    let scores: number[]
    beforeAll(async () => {
      scorer = await open()
      scores = Array.from(await scorer.score(PAIRS))
    })
    afterAll(() => scorer.close())

    it('gives one finite score a pair, and tells pairs apart', () => {
      expect(scores).toHaveLength(PAIRS.length)
      for (const score of scores) expect(Number.isFinite(score)).toBe(true)
      expect(new Set(scores).size).toBeGreaterThan(PAIRS.length / 2)
    })

    it('gives a pair the same score in any order and company', async () => {
      const reversed = Array.from(await scorer.score([...PAIRS].reverse())).reverse()
      const alone = Array.from(await scorer.score([PAIRS[3]!]))
      for (const [at, score] of scores.entries())
        expect(Math.abs(reversed[at]! - score)).toBeLessThanOrEqual(tolerance)
      expect(Math.abs(alone[0]! - scores[3]!)).toBeLessThanOrEqual(tolerance)
    })

    it('has nothing to say of no pairs', async () => {
      expect(await scorer.score([])).toHaveLength(0)
    })

    it('stops when it is told to', async () => {
      await expect((async () => scorer.score(PAIRS, AbortSignal.abort()))()).rejects.toThrow(/abort/i)
    })
  })
}
