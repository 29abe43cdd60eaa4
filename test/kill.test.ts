// Training is killed at 20 random moments, each time followed by a run that goes on: it must always complete, and the
// weights must be those of a run that nothing disturbed.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seededBy } from '@disranker/engine'
import { findManifest } from '@disranker/stage'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs } from './tiny/river.ts'

const KILLS = 20
const STAGES = ['cpt', 'sft', 'score', 'labels', 'distil', 'two-tower'] as const
const script = fileURLToPath(new URL('tiny/train.ts', import.meta.url))
let home: string
let weights: Record<string, string>
let seconds: number

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'kill-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  const began = performance.now()
  cpSync(join(home, 'pairs'), join(home, 'whole', 'pairs'), { recursive: true })
  expect(await train('whole')).toEqual({ code: 0, signal: null })
  seconds = (performance.now() - began) / 1000
  weights = contents('whole')
  expect(Object.values(weights)).not.toContain('missing')
}, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

it(`completes with equal weights after each of ${KILLS} kills`, { timeout: 600_000 }, async () => {
  const random = seededBy(2024, 'kill')
  let killed = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const run = `run-${kill}`
    cpSync(join(home, 'pairs'), join(home, run, 'pairs'), { recursive: true })
    const ended = await train(run, random.uniform() * seconds)
    if (ended.signal === 'SIGKILL') killed++
    for (const stage of STAGES) {
      const manifest = findManifest(join(home, run, stage))
      // what looks complete is complete
      if (manifest !== undefined) expect(manifest.content).toBe(weights[stage])
    }
    expect(await train(run)).toEqual({ code: 0, signal: null })
    expect(contents(run), `after the kill ${kill}`).toEqual(weights)
    rmSync(join(home, run), { recursive: true })
  }
  // a kill that comes after the end kills nothing
  expect(killed).toBeGreaterThanOrEqual(KILLS - 4)
})

/** Runs all training stages in a process of its own, killed after `kill` seconds. */
function train(run: string, kill?: number): Promise<{ code: number | null; signal: string | null }> {
  const child = spawn(process.execPath, [script, join(home, run)], {
    stdio: 'ignore',
    // the code's version, that a work folder is gone on with; turbo gives it in a real run
    env: { ...process.env, TURBO_HASH: 'kill-test', DISRANKER_BACKEND: 'wasm', DISRANKER_THREADS: '1' },
  })
  const timer = kill === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), kill * 1000)
  return new Promise((resolve) =>
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal })
    }),
  )
}

/** The hash of every stage's files. */
const contents = (run: string) =>
  Object.fromEntries(
    STAGES.map((stage) => [stage, findManifest(join(home, run, stage))?.content ?? 'missing']),
  )
