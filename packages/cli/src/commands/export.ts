import { type CommandFile, script } from '../command-file.ts'

export const exportPairs: CommandFile = {
  name: 'export',
  about: 'write pairs, groups and scores for other trainers',
  options: [
    ['--to <format>', 'sentence-transformers, flagembedding or trl'],
    ['--out <folder>', 'where the files go'],
    ['--pairs <folder>', 'of the pairs stage'],
    ['--scores <folder>', 'of the score stage'],
  ],
  example: 'disranker export --to trl',
  runs: script('packages/pipeline/src/export-cli.ts'),
}
