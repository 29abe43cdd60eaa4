import { type CommandFile, script } from '../command-file.ts'

export const bench: CommandFile = {
  name: 'bench',
  about: 'measure this machine, the endpoint or the data side',
  arguments: [
    ['[name]', 'one of the benchmarks; all names without it'],
    ['[words...]', 'for the benchmark'],
  ],
  passesOptions: true,
  example: 'disranker bench training',
  runs: script('test/bench/cli.ts'),
}
