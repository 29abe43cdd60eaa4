import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

// a real process, since exit codes and signals are what it is about
const entry = new URL('index.ts', import.meta.url).href
const script = join(mkdtempSync(join(tmpdir(), 'command-')), 'cli.ts')
writeFileSync(
  script,
  `import { command, InputError } from ${JSON.stringify(entry)}
await command({
  fine: async () => console.log('done'),
  wrong: async () => { throw new InputError('The log is empty. Give one with rows.') },
  slow: (signal) => new Promise((_, reject) => {
    const keep = setInterval(() => {}, 1000)
    signal.addEventListener('abort', () => { clearInterval(keep); reject(signal.reason) })
    console.log('ready')
  })
})`,
)

function run(stage: string, onReady?: (kill: (signal: NodeJS.Signals) => void) => void) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = execFile(process.execPath, [script, stage], (_, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    )
    child.stdout?.once('data', () => onReady?.((signal) => child.kill(signal)))
  })
}

it('runs the stage that is named', async () => {
  expect(await run('fine')).toEqual({ code: 0, out: 'done\n', err: '' })
})

it('prints an InputError as one message, without a stack', async () => {
  expect(await run('wrong')).toEqual({
    code: 1,
    out: '',
    err: '\nwrong: The log is empty. Give one with rows.\n',
  })
})

it('lists the stages when the name is unknown', async () => {
  const { code, err } = await run('fien')
  expect([code, err]).toEqual([2, 'There is no stage "fien". Stages: fine, wrong, slow.\n'])
})

it('turns Ctrl-C into an aborted signal and says that the same command goes on', async () => {
  const { code, err } = await run('slow', (kill) => kill('SIGINT'))
  expect([code, err]).toEqual([130, 'slow: stopped. Run the same command again to resume.\n'])
})
