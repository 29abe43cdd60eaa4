import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stagesAtWork } from './checkout-lock.ts'
import { findProcess } from './processes.ts'

// Real processes, because a lock depends on which of them are alive. `turbo` is node under that name, and starts a stage
// through a shell, as npm does.
const entry = new URL('../index.ts', import.meta.url).href
let home: string
const started: ChildProcess[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lock-'))
  writeFileSync(join(home, 'package-lock.json'), '{}')
  mkdirSync(join(home, 'package'))
  writeFileSync(
    join(home, 'package', 'cli.ts'),
    `import { fork } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { command } from ${JSON.stringify(entry)}
const note = (line) => appendFileSync(${JSON.stringify(join(home, 'notes'))}, line + '\\n')
await command({
  quick: async () => note('quick'),
  slow: (signal) => new Promise((_, reject) => {
    note('slow ' + process.pid)
    const keep = setInterval(() => {}, 1000)
    signal.addEventListener('abort', () => { clearInterval(keep); note('saved'); reject(signal.reason) })
  }),
  // deaf: a long piece of synchronous work
  deaf: async () => { note('deaf ' + process.pid); const end = Date.now() + 3000; while (Date.now() < end); note('deaf done') },
  // dies at once, its part does not hear
  parent: () => new Promise(() => {
    fork(${JSON.stringify(join(home, 'package', 'part.ts'))})
    setInterval(() => {}, 1000)
  }),
})`,
  )
  writeFileSync(
    join(home, 'package', 'part.ts'),
    `import { appendFileSync } from 'node:fs'
import { joinParent } from ${JSON.stringify(entry)}
const note = (line) => appendFileSync(${JSON.stringify(join(home, 'notes'))}, line + '\\n')
joinParent()
note('part ' + process.ppid)
const end = Date.now() + 3000
while (Date.now() < end);
note('part done')
process.exit()`,
  )
  writeFileSync(
    join(home, 'turbo.ts'),
    `import { spawn } from 'node:child_process'
const cli = ${JSON.stringify(join(home, 'package', 'cli.ts'))}
for (const stage of process.argv.slice(2)) {
  const shell = spawn('sh', ['-c', '"$0" "$1" "$2"; exit $?', ${JSON.stringify(process.execPath)}, cli, stage], { stdio: ['ignore', 'pipe', 'pipe'] })
  shell.stdout.pipe(process.stdout)
  await new Promise((resolve) => shell.on('exit', resolve))
}`,
  )
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

function turbo(...stages: string[]) {
  const child = spawn(process.execPath, [join(home, 'turbo.ts'), ...stages], {
    argv0: 'turbo',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  let out = ''
  child.stdout.on('data', (data) => {
    out += data
  })
  return { child, out: () => out, ended: new Promise((resolve) => child.on('exit', resolve)) }
}
const notes = () => {
  try {
    return readFileSync(join(home, 'notes'), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}
const until = async (holds: () => boolean) => {
  const end = Date.now() + 30_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain; notes: ${notes()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

it('lets the stages of one run work one after another, and leaves nothing that hinders the next run', async () => {
  await turbo('quick', 'quick').ended
  await turbo('quick').ended
  expect(notes()).toEqual(['quick', 'quick', 'quick'])
})

it.skipIf(process.platform === 'win32')(
  'counts the stages that work, not those that were killed',
  async () => {
    expect(stagesAtWork(home)).toBe(0)
    turbo('slow')
    await until(() => notes().length === 1)
    expect(stagesAtWork(home)).toBe(1)
    process.kill(Number(notes()[0]!.split(' ')[1]), 'SIGKILL')
    await until(() => stagesAtWork(home) === 0)
  },
)

it.skipIf(process.platform === 'win32')(
  'does not count a stage of a lower priority, which takes the cores that are left',
  async () => {
    turbo('slow')
    await until(() => notes().length === 1)
    const stage = Number(notes()[0]!.split(' ')[1])
    expect(stagesAtWork(home)).toBe(1)
    setPriority(stage, constants.priority.PRIORITY_LOW)
    expect(stagesAtWork(home)).toBe(0)
  },
)

it.skipIf(process.platform === 'win32')('lets a second run wait, and says who runs', async () => {
  turbo('slow')
  await until(() => notes().length === 1)
  const second = turbo('quick')
  await until(() => second.out().includes('Waiting'))
  expect(second.out()).toMatch(
    /quick: another run works in this checkout since 20.*turbo\.ts slow \(process \d+/,
  )
  expect(notes()).toHaveLength(1)
  process.kill(Number(notes()[0]!.split(' ')[1]), 'SIGINT')
  await second.ended
  expect(notes().at(-1)).toBe('quick')
})

it.skipIf(process.platform === 'win32')(
  'ends a stage, which saves its work, when turbo is killed',
  async () => {
    const first = turbo('slow')
    await until(() => notes().length === 1)
    const pid = Number(notes()[0]!.split(' ')[1])
    first.child.kill('SIGKILL')
    await until(() => findProcess(pid) === undefined)
    expect(notes().at(-1)).toBe('saved')
  },
)

it.skipIf(process.platform === 'win32')(
  'lets a run right after such a kill wait for stages that still write',
  async () => {
    const first = turbo('deaf')
    await until(() => notes().length === 1)
    first.child.kill('SIGKILL')
    await turbo('quick').ended
    expect(notes().slice(1)).toEqual(['deaf done', 'quick'])
  },
)

it.skipIf(process.platform === 'win32')(
  'lets a run wait for the process of a stage that was killed with its turbo',
  async () => {
    const first = turbo('parent')
    await until(() => notes().length === 1)
    first.child.kill('SIGKILL')
    process.kill(Number(notes()[0]!.split(' ')[1]), 'SIGKILL')
    await turbo('quick').ended
    expect(notes().slice(1)).toEqual(['part done', 'quick'])
  },
)
