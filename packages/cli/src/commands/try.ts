import { type CommandFile, script } from '../command-file.ts'

export const tryOut: CommandFile = {
  name: 'try',
  about: 'all stages in less than a minute, hardly trained, and serve',
  example: 'disranker try',
  runs: script('packages/pipeline/src/try.ts'),
}
