import { type CommandFile, script } from '../command-file.ts'

export const push: CommandFile = {
  name: 'push',
  about: 'the trained student to a repository of the hub (HF_TOKEN)',
  arguments: [['<repository>', 'owner/name']],
  options: [
    ['--teacher', 'the trained teacher instead'],
    ['--licence <id>', 'like apache-2.0'],
    ['--language <code>', 'like en; may be given several times'],
  ],
  example: 'disranker push owner/name',
  runs: script('packages/onnx/src/push-cli.ts'),
}
