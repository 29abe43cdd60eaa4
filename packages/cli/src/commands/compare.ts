import { type CommandFile, script } from '../command-file.ts'

export const compare: CommandFile = {
  name: 'compare',
  about: 'show two bundles or kept runs side by side, and keep the grades you give',
  arguments: [
    ['<a>', 'a folder of a bundle, or the name of a kept run'],
    ['<b>', 'the same'],
  ],
  options: [
    ['--queries <file>', 'a query on each line; the test queries by default'],
    ['--blind', 'hide which list belongs to which'],
    ['--out <folder>', 'where the grades go; compare by default'],
    ['--pairs <folder>', 'documents and first stage'],
    ['--port <number>', '8788 by default'],
  ],
  example: 'disranker compare before after --blind',
  runs: script('packages/compare/src/cli.ts'),
}
