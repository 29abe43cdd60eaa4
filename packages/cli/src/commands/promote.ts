import { type CommandFile, script } from '../command-file.ts'

export const promote: CommandFile = {
  name: 'promote',
  about: 'serve the bundle that won an experiment',
  arguments: [
    ['<experiment>', 'its name'],
    ['<bundle>', 'a folder'],
  ],
  options: [
    ['--id <id>', 'of the model in the bucket'],
    ['--bucket <name>', 'R2 bucket'],
    ['--local', "in this machine's own copy"],
    ['--persist-to <folder>', 'where that copy lies'],
  ],
  example: 'disranker promote new-teacher bundle',
  runs: script('packages/online/commands/promote.ts'),
}
