// The whole loop in one test: what users did with the lists of a weak model trains a better one, an experiment says so, and it is served.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { closeLoopOnce } from './closed-loop/closed-loop.ts'

it('serves, records, learns, compares and promotes', async () => {
  const home = mkdtempSync(join(tmpdir(), 'closed-loop-'))
  const loop = await closeLoopOnce({ searches: 900, comparisons: 300 }, home)
  expect(loop.clicks).toBeGreaterThan(300)
  expect(loop.decision).toBe('better')
  // the weak model ranks by noise
  expect(loop.before).toBeLessThan(0.75)
  expect(loop.after).toBeGreaterThan(loop.before + 0.15)
  expect(loop.served).toBe(loop.trained)
}, 400_000)
