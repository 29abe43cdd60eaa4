import { sharesMismatch } from '@disranker/experiments'
import { expect, test } from 'vitest'
import { checkSampleRatio } from './sample-ratio.ts'

test.each([2, 3, 4, 5, 6, 7, 8])(
  "the server's table of %i arms says what the distribution of the report says",
  (arms) => {
    const each = 1e9
    const weights = Array<number>(arms).fill(1)
    const moved = (by: number) => weights.map((_, arm) => each + (arm === 0 ? by : arm === 1 ? -by : 0))
    // the smallest move of users from one arm to another that the report calls a mismatch
    let [fine, wrong] = [0, each]
    for (let step = 0; step < 60; step++) {
      const by = (fine + wrong) / 2
      if (checkSampleRatio(moved(by), weights).mismatch) wrong = by
      else fine = by
    }
    expect(sharesMismatch(moved(wrong * 0.99999), weights)).toBe(false)
    expect(sharesMismatch(moved(wrong * 1.00001), weights)).toBe(true)
  },
)
