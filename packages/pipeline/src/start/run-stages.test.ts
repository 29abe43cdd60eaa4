import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRunPlan } from './run-plan.ts'
import { follow, type Running, StageFailed } from './run-stages.ts'
import { type Child, startChild } from './turbo.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'run-stages-'))
})
afterEach(() => rmSync(home, { recursive: true }))

/** Follows a real process that prints as stages do. */
function followed(body: string) {
  const file = join(home, 'stages.ts')
  writeFileSync(file, body)
  const [lines, ended, began, notices]: string[][] = [[], [], [], []]
  const plan = createRunPlan(['pairs', 'distil'].map((name) => ({ name, after: [], expected: 1 })))
  const running: Running = {
    plan,
    log: {
      file: '',
      write: (line) => void lines!.push(line),
      tail: (stage, count) => lines!.filter((line) => line.startsWith(`${stage}`)).slice(-count),
    },
    children: new Set<Child>(),
    isStopped: () => false,
    ended: (name) => void ended!.push(name),
    began: (name) => void began!.push(name),
    notice: (line) => void notices!.push(line),
  }
  const done = follow(
    (hear) => startChild([file], { onLine: (line) => hear(line, /^(\S+): /.exec(line)?.[1]) }),
    running,
  )
  return {
    done,
    plan,
    lines: lines!,
    ended: ended!,
    began: began!,
    notices: notices!,
    children: running.children,
  }
}

it('follows stages by what they print, and knows what only was taken as it is', async () => {
  const { done, plan, ended, began, notices, lines, children } = followed(`
    console.log('pairs: already complete (delete out/pairs to run it again)')
    console.log('distil: begins')
    for (const stage of ['distil', 'pairs'])
      console.log(stage + ': another run works in this checkout since 2026: x. Waiting for it to end; Ctrl-C stops waiting.')
    console.error('distil: 600/1200 steps (50 %), loss 0.4, ETA 5 s')
    console.log('distil: done in 3 s -> out/distil')`)
  await done
  expect([ended, began]).toEqual([['pairs', 'distil'], ['distil']])
  expect(notices).toEqual([expect.stringMatching(/^another run works/)])
  expect(plan.stages().map(({ status }) => status)).toEqual(['unchanged', 'done'])
  expect(lines).toHaveLength(6)
  expect(children.size).toBe(0)
})

it('takes a stage for waiting while it waits for another run, until its next line', async () => {
  const waits = `
    console.log('distil: begins')
    console.log('distil: another run works in this checkout since 2026: x. Waiting for it to end; Ctrl-C stops waiting.')`
  const status = async (body: string) => {
    const { done, plan } = followed(body)
    await done
    return plan.stages()[1]!.status
  }
  expect(await status(waits)).toBe('waiting')
  expect(await status(`${waits}\nconsole.log('distil: Backend wasm')`)).toBe('running')
})

it('says once that a stage has ended, and says nothing of a task that is no stage', async () => {
  const { done, ended } = followed(`
    console.log('recipes: already complete')
    console.log('pairs: already complete')
    console.log('pairs: already complete')`)
  await done
  expect(ended).toEqual(['pairs'])
})

it('a failing stage tells its own message', async () => {
  const { done, plan } = followed(`
    import { writeFileSync } from 'node:fs'
    console.log('distil: begins')
    writeFileSync(process.env.DISRANKER_FAILURE, JSON.stringify({ stage: 'distil', message: 'recipes/distil.ts: seed is missing.' }))
    console.error('npm error Lifecycle script failed')
    process.exitCode = 1`)
  await expect(done).rejects.toThrow(new StageFailed('distil failed. recipes/distil.ts: seed is missing.'))
  expect(plan.stages()[1]!.status).toBe('failed')
})

it('one that crashes is shown by its last lines', async () => {
  const { done } = followed(`
    console.log('distil: begins')
    console.log('distil: out of memory')
    process.kill(process.pid, 'SIGKILL')`)
  await expect(done).rejects.toThrow(/^distil failed\. distil: begins\ndistil: out of memory$/)
})
