// Builds the command line from the list of commands: help, errors for unknown arguments, completion.
import tab from '@bomb.sh/tab/commander'
import { Command, Option } from 'commander'
import type { CommandSpec } from './command-spec.ts'

export interface Host {
  /** @returns the exit code */
  run(file: CommandSpec, words: readonly string[], json: boolean): Promise<number>
  exit(code: number): void
}

/** @param files the commands, in the order of `--help` */
export function createProgram(files: readonly CommandSpec[], { run, exit }: Host): Command {
  const program = new Command('disranker')
    .description('Click logs and an LLM go in, a small reranker for the edge comes out.')
    .usage('<command> [options]')
    // a short last line: the list of commands must fit a screen
    .addHelpOption(new Option('-h, --help').hideHelp())
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\n`disranker <command> --help` shows the options of a command. Completion: source <(disranker complete bash), or zsh, fish, powershell.',
    )
  for (const file of files) {
    const command = program
      .command(file.name)
      .description(file.about)
      .helpOption('-h, --help', 'show this')
      .showHelpAfterError(`(disranker ${file.name} --help shows its arguments)`)
    for (const [notation, about] of file.arguments ?? []) command.argument(notation, about)
    for (const [notation, about] of file.options ?? []) command.option(notation, about)
    if (file.result !== undefined)
      command.option('--json', 'print the result as JSON, everything else to stderr')
    if (file.passesOptions) command.allowUnknownOption()
    if (file.example !== undefined) command.addHelpText('after', `\nExample: ${file.example}`)
    command.action(async () => {
      const { json = false } = command.opts<{ json?: boolean }>()
      exit(await run(file, wordsOf(program, file), json))
    })
  }
  tab(program)
  return program
}

/** The arguments after the name of the command, unchanged. */
function wordsOf(program: Command, { name }: CommandSpec): string[] {
  const words = (program as Command & { rawArgs: string[] }).rawArgs
  return words.slice(words.indexOf(name, 2) + 1).filter((word) => word !== '--json')
}
