// The score stage against a server that fails, hangs and is busy, killed with SIGKILL at random moments until
// it is complete, with the checks.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readPairs, SPLITS } from '@disranker/dataset'
import {
  type Misbehaviour,
  type ScoringServer,
  startScoringServer,
} from '@disranker/scorers/testing/scoring-server'
import { writeCorpus } from './corpus.ts'
import { makePairs } from './pipeline.ts'

const script = fileURLToPath(new URL('score-served.ts', import.meta.url))

export interface KilledScoring {
  /** kills that came before the end */
  readonly kills: number
  /** candidates, and pairs in the result */
  readonly candidates: number
  readonly pairs: number
  /** pairs that stand twice in the result */
  readonly twice: number
  /** whether the result has the bytes of a run that nothing disturbed */
  readonly equal: boolean
  /** answers of the server beyond one a pair: those that a kill caught on their way */
  readonly answeredAgain: number
}

const FLAKY: Misbehaviour = { failing: 0.05, silent: 0.05, busy: 0.05, retryAfter: 0.02 }

/**
 * @param wanted kills
 * @param random 0 to 1
 */
export async function killScoring(wanted: number, random: () => number): Promise<KilledScoring> {
  const home = mkdtempSync(join(tmpdir(), 'killed-scoring-'))
  const server = await startScoringServer({}, random)
  try {
    writeCorpus(join(home, 'in'))
    await makePairs(home)
    const texts = () =>
      SPLITS.map((split) => readFileSync(join(home, 'score', 'scores', `${split}.run`), 'utf8'))
    await run(home, server)
    const undisturbed = texts()
    rmSync(join(home, 'score'), { recursive: true })
    const perPair = () => [...server.answered.values()].reduce((sum, times) => sum + times, 0)
    const once = perPair()
    const requests = server.requests.length
    Object.assign(server.misbehaviour, FLAKY)
    let kills = 0
    for (let done = false; !done; ) {
      // a part of the answers that are left, and any moment between two
      const after = kills < wanted ? Math.ceil(random() * (requests / wanted)) : undefined
      done = await run(home, server, after, random() * 20)
      if (!done) kills++
    }
    const lines = texts().flatMap((text) => text.split('\n').filter((line) => line !== ''))
    const keys = lines.map((line) => line.split(' ').slice(0, 3).join(' '))
    const pairs = readPairs(join(home, 'pairs'))
    let candidates = 0
    for (const split of SPLITS) for (const [, rows] of pairs.candidates(split)) candidates += rows.length
    pairs.close()
    const again = perPair() - 2 * once
    return {
      kills,
      candidates,
      pairs: lines.length,
      twice: keys.length - new Set(keys).size,
      equal: texts().every((text, at) => text === undisturbed[at]),
      answeredAgain: again,
    }
  } finally {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}

/** @returns whether it came to its end, and not to its kill: `delay` ms behind the answer `after` from now */
async function run(home: string, server: ScoringServer, after?: number, delay = 0): Promise<boolean> {
  const child = spawn(process.execPath, [script, home, `${server.url}/score`, '0.3'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (text) => {
    errors += text
  })
  const ended = new Promise<boolean>((resolve, reject) =>
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(false)
      else if (code === 0) resolve(true)
      else reject(new Error(`score ended with ${code}: ${errors}`))
    }),
  )
  if (after === undefined) return ended
  const from = server.requests.length
  while (child.exitCode === null && child.signalCode === null) {
    if (server.requests.length >= from + after) {
      await sleep(delay)
      child.kill('SIGKILL')
      break
    }
    await sleep(1)
  }
  return ended
}
