import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { commands } from './commands.ts'
import { createProgram } from './program.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs a command line without its script. */
async function tryWords(...words: string[]) {
  const said: string[] = []
  const ran: { name: string; words: readonly string[]; json: boolean }[] = []
  const codes: number[] = []
  const program = createProgram(commands, {
    run: async ({ name }, words, json) => ran.push({ name, words, json }) - 1,
    exit: (code) => void codes.push(code),
  })
  const silence = (command: Command) => {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => said.push(text), writeErr: (text) => said.push(text) })
    for (const one of command.commands) silence(one as Command)
  }
  silence(program)
  const failed = await program.parseAsync(['node', 'disranker', ...words]).catch((error: Error) => error)
  return { said: said.join(''), ran, codes, failed: failed instanceof Error }
}

describe('what is not known is refused, with what was meant', () => {
  it.each([
    [['trian'], /Did you mean train\?/],
    [['serve', '--bundel', 'x'], /Did you mean --bundle\?/],
    [['deploy', '--dryrun'], /Did you mean --dry-run\?/],
    [['import'], /missing required argument 'model'/],
    [['keep', 'a', 'b'], /too many arguments/],
  ] as const)('%j', async (words, message) => {
    const { said, ran, failed } = await tryWords(...words)
    expect(failed).toBe(true)
    expect(said).toMatch(message)
    expect(ran).toEqual([])
  })
})

it('gives a script the words as they were given, without --json', async () => {
  const { ran, codes } = await tryWords('import', 'owner/name', '--json', '--out', 'a b', '--layers=0,2')
  expect(ran).toEqual([{ name: 'import', words: ['owner/name', '--out', 'a b', '--layers=0,2'], json: true }])
  expect(codes).toEqual([0])
})

it('passes on what a benchmark takes', async () => {
  const { ran } = await tryWords('bench', 'own-data', 'folder', '--splits', '1')
  expect(ran[0]!.words).toEqual(['own-data', 'folder', '--splits', '1'])
})

it('has a help that fits a screen, for each command, too', async () => {
  const { said } = await tryWords('--help')
  expect(said.trim().split('\n').length).toBeLessThanOrEqual(24)
  for (const { name } of commands) {
    expect(said).toContain(`  ${name} `)
    const { said: own } = await tryWords(name, '--help')
    expect(own.split('\n').length).toBeLessThanOrEqual(24)
  }
})

it('completes commands and options', async () => {
  const lines: string[] = []
  const log = console.log
  console.log = (line: string) => void lines.push(line)
  try {
    await tryWords('complete', '--', '')
    await tryWords('complete', '--', 'serve', '--b')
  } finally {
    console.log = log
  }
  for (const { name } of commands) expect(lines.some((line) => line.startsWith(`${name}\t`))).toBe(true)
  expect(lines.some((line) => line.startsWith('--bundle'))).toBe(true)
})

const optionsOf = ({ options = [] }: (typeof commands)[number]) =>
  options.map(([notation]) => /^--([\w-]+)/.exec(notation)![1]!)

it.each(commands.map((file) => [file.name, file] as const))(
  '%s runs scripts that are there and know its options',
  (_, file) => {
    const runs = file.runs(['x'])
    const scripts = runs.filter(({ script }) => script !== 'turbo').map(({ script }) => join(ROOT, script))
    for (const script of scripts) expect(existsSync(script), script).toBe(true)
    // options of turbo and of publish-model are not named in a script of ours
    const named = scripts.map((script) => readFileSync(script, 'utf8')).join('')
    if (scripts.length > 0 && file.name !== 'promote')
      for (const option of optionsOf(file)) expect(named, option).toMatch(new RegExp(`['\\s-]${option}\\b`))
  },
)

it('trains all of it, or the stages that are named', () => {
  const train = commands.find(({ name }) => name === 'train')!
  expect(train.runs(['--concurrency', '1'])[0]!.words).toEqual(['run', 'train', '--concurrency', '1'])
  expect(train.runs(['distil', '--force'])[0]!.words).toEqual(['run', 'distil', '--force'])
})
