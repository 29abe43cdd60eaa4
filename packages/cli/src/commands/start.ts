import { type CommandFile, script } from '../command-file.ts'

export const start: CommandFile = {
  name: 'start',
  about: 'train on your own log, or on the embedded example, and serve',
  arguments: [['[models]', 'with --pretrained: a folder with one folder a model']],
  options: [
    ['--pretrained', 'start from published weights for the example, too'],
    ['--fine-tune', 'with --pretrained: fine-tune the encoder, as one more teacher'],
    ['--student', 'with --pretrained: the student starts from published weights'],
    ['--decoder', 'with --pretrained: a published decoder joins the teachers'],
  ],
  example: 'disranker start',
  runs: script('packages/pipeline/src/start.ts'),
}
