import { type CommandFile, script } from '../command-file.ts'

export const keep: CommandFile = {
  name: 'keep',
  about: 'keep the current runs, for the next report to show next to its own',
  arguments: [['<name>', 'like without-weak']],
  example: 'disranker keep without-weak',
  runs: script('packages/pipeline/src/cli.ts', 'keep'),
}
