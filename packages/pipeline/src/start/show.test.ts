// A command that is asked to end: what it has started ends first, and nothing is left.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'

const here = (name: string) => new URL(name, import.meta.url).href
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'show-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function command(variables = {}) {
  const notes = join(home, 'notes')
  writeFileSync(notes, '')
  // a stage that saves its work, which takes a moment, and ends as turbo may, with 0
  writeFileSync(
    join(home, 'stage.ts'),
    `import { appendFileSync } from 'node:fs'
    const note = (line) => appendFileSync(${JSON.stringify(notes)}, line + '\\n')
    const stop = () => setTimeout(() => { note('saved'); process.exit(0) }, 200)
    process.on('SIGINT', stop).on('SIGTERM', stop)
    setInterval(() => {}, 1000)
    note('began')`,
  )
  writeFileSync(
    join(home, 'command.ts'),
    `import { runChild, StageFailed } from ${JSON.stringify(here('run-stages.ts'))}
    import { show } from ${JSON.stringify(here('show.ts'))}
    import { startChild } from ${JSON.stringify(here('turbo.ts'))}
    process.exitCode = await show('show-test', async (shown) => {
      const child = startChild([${JSON.stringify(join(home, 'stage.ts'))}], { onLine: shown.log.write })
      if ((await runChild(child, shown)) !== 0) throw new StageFailed('stage failed')
      console.log('goes on')
      return 0
    })`,
  )
  const child = spawn(process.execPath, [join(home, 'command.ts')], {
    detached: true,
    env: { ...process.env, ...variables },
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      out += data
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, ended, out: () => out, notes: () => readFileSync(notes, 'utf8').trim().split('\n') }
}

it.skipIf(process.platform === 'win32').each([
  // Ctrl-C: a terminal signals the whole group
  ['SIGINT', -1],
  ['SIGTERM', 1],
] as const)('%s lets the stage save its work, then says how to resume', async (signal, whom) => {
  const { child, ended, out, notes } = command()
  while (notes()[0] !== 'began') await sleep(50)
  process.kill(whom * child.pid!, signal)
  expect(await ended).toBe(130)
  expect(notes()).toEqual(['began', 'saved'])
  expect(out()).toMatch(/^Stopped\. The same command resumes\. Log: .*show-test\.log\n$/)
})

it('runs nothing where the port to serve at is none', async () => {
  const { ended, out, notes } = command({ PORT: '87870' })
  expect(await ended).toBe(1)
  expect(out()).toBe('show-test: PORT is "87870": wanted a whole number from 1 to 65535. Nothing was run.\n')
  expect(notes()).toEqual([''])
})
