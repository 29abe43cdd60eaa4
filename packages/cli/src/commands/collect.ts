import { type CommandFile, script } from '../command-file.ts'

export const collect: CommandFile = {
  name: 'collect',
  about: 'bring what the Worker recorded to where training reads it',
  arguments: [['<source>', 'a folder, s3://bucket/prefix or the address of OpenSearch']],
  options: [
    ['--since <date>', 'like 2026-11-01'],
    ['--into <folder>', 'packages/dataset/in by default'],
  ],
  example: 'disranker collect s3://bucket/prefix --since 2026-11-01',
  runs: script('packages/online/commands/collect.ts'),
}
