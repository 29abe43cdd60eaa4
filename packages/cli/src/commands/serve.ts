import { type CommandFile, script } from '../command-file.ts'

export const serve: CommandFile = {
  name: 'serve',
  about: 'serve what was trained, or a bundle, on this machine (PORT names a port)',
  arguments: [['[dist]', 'a folder to serve; what was trained by default']],
  options: [['--bundle <folder>', 'a bundle instead, like one of `disranker import`']],
  example: 'disranker serve --bundle bundle',
  runs: script('apps/edge/commands/dev.ts'),
}
