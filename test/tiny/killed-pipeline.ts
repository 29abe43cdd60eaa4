// The training stages on the tiny recipes, killed with SIGKILL and run again, with the checks after every
// kill. A run to be killed is a separate process; the run after it works in this process, which saves another
// start.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, type FSWatcher, mkdtempSync, rmSync, statSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBackend, type Random } from '@disranker/engine'
import { findManifest } from '@disranker/stage'
import { writeCorpus } from './corpus.ts'
import { makePairs, train } from './pipeline.ts'

/** in their order */
const STAGES = ['bag-of-words', 'static-bi-encoder', 'cpt', 'sft', 'score', 'labels', 'distil'] as const
const SETTINGS = { DISRANKER_BACKEND: 'wasm', DISRANKER_THREADS: '1' }

const script = fileURLToPath(new URL('train.ts', import.meta.url))

/** when a run is killed: after some seconds, or some milliseconds after a stage began to write its manifest */
export type Moment =
  | { readonly seconds: number }
  | { readonly stage: (typeof STAGES)[number]; readonly delay: number }

export interface KilledPipeline {
  /** seconds of the last run that nothing disturbed */
  readonly seconds: number
  /**
   * Kills a run, looks at what it left, runs again.
   * @returns whether the kill came before the end
   * @throws {Error} when something finished was damaged, lost or computed again, or the result has other bits
   */
  kill(moment: Moment): Promise<boolean>
  dispose(): void
}

/** Trains once without a kill, for what the others are compared with. */
export async function openKilledPipeline(): Promise<KilledPipeline> {
  const home = mkdtempSync(join(tmpdir(), 'kill-'))
  Object.assign(process.env, SETTINGS)
  await openBackend(undefined, {})
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  const take = (from: string, run: string, stage: string) =>
    cpSync(join(home, from, stage), join(home, run, stage), { recursive: true, preserveTimestamps: true })
  const began = performance.now()
  take('.', 'whole', 'pairs')
  const { code } = await trainApart(join(home, 'whole'))
  if (code !== 0) throw new Error(`The run that nothing disturbs ends with ${code}.`)
  let seconds = (performance.now() - began) / 1000
  const wanted = contents(join(home, 'whole'))
  let runs = 0
  return {
    get seconds() {
      return seconds
    },
    dispose: () => rmSync(home, { recursive: true, force: true }),
    async kill(moment) {
      const name = `run-${runs++}`
      const run = join(home, name)
      take('.', name, 'pairs')
      // what comes before the stage that the kill is aimed at is complete
      const before = 'stage' in moment ? STAGES.slice(0, STAGES.indexOf(moment.stage)) : []
      for (const stage of before) take('whole', name, stage)
      const from = performance.now()
      const ended = await trainApart(run, moment)
      // a machine with less other work is faster: later kills shall not come after the end
      if (ended.signal === null && before.length === 0) seconds = (performance.now() - from) / 1000
      const finished = new Map(
        STAGES.flatMap((stage) => {
          // complete, in its place or a rename away from it
          const folder = [join(run, stage), join(run, `${stage}.tmp`)].find((at) => findManifest(at))
          if (folder === undefined) return []
          check(findManifest(folder)!.content === wanted[stage], `${stage} looks complete and is not`)
          return [[stage, written(folder)] as const]
        }),
      )
      await train(run).catch((error) => check(false, `the run after it fails: ${error}`))
      for (const [stage, content] of Object.entries(contents(run)))
        check(content === wanted[stage], `${stage} has other bits than without a kill`)
      for (const [stage, before] of finished)
        check(written(join(run, stage)) === before, `${stage} was finished and was computed again`)
      for (const stage of STAGES)
        for (const rest of ['tmp', 'old', 'before'])
          check(!existsSync(join(run, `${stage}.${rest}`)), `${stage}.${rest} was left behind`)
      rmSync(run, { recursive: true })
      return ended.signal === 'SIGKILL'

      function check(holds: boolean, what: string): void {
        if (!holds) throw new Error(`${what} (killed: ${JSON.stringify(moment)}; see ${run})`)
      }
    },
  }
}

/** A moment of either kind, drawn at random. */
export const anyMoment = (pipeline: KilledPipeline, random: Random): Moment => ({
  seconds: random.uniform() * pipeline.seconds,
})
export const finishingMoment = (random: Random): Moment => ({
  stage: random.pick(STAGES),
  delay: random.uniform() * 6,
})

/** Runs all training stages in a separate process, killed at the moment. */
function trainApart(run: string, moment?: Moment): Promise<{ code: number | null; signal: string | null }> {
  const child = spawn(process.execPath, [script, run], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, ...SETTINGS },
  })
  const kill = () => child.kill('SIGKILL')
  const disarm = moment === undefined ? () => {} : arm(run, moment, kill)
  return new Promise((resolve) =>
    child.on('exit', (code, signal) => {
      disarm()
      resolve({ code, signal })
    }),
  )
}

function arm(run: string, moment: Moment, kill: () => void): () => void {
  if ('seconds' in moment) {
    const timer = setTimeout(kill, moment.seconds * 1000)
    return () => clearTimeout(timer)
  }
  const work = `${moment.stage}.tmp`
  const watchers: FSWatcher[] = []
  const watched = (folder: string, onName: (name: string) => void) => {
    try {
      watchers.push(watch(folder, (_, name) => onName(name ?? '')).on('error', () => {}))
    } catch {
      // it was there, and is gone already
    }
  }
  const close = () => {
    for (const watcher of watchers.splice(0)) watcher.close()
  }
  watched(run, (name) => {
    if (name !== work || watchers.length > 1) return
    watched(join(run, work), (inner) => {
      if (!inner.startsWith('manifest.json')) return
      // a timer would round to milliseconds
      for (const until = performance.now() + moment.delay; performance.now() < until; );
      kill()
      close()
    })
  })
  return close
}

/** The hash of every stage's files. */
const contents = (run: string): Record<string, string> =>
  Object.fromEntries(STAGES.map((stage) => [stage, findManifest(join(run, stage))?.content ?? 'missing']))

/** When the manifest was written: the same file keeps it through renames. */
const written = (folder: string) => statSync(join(folder, 'manifest.json')).mtimeMs
