import type { CommandFile } from '../command-file.ts'
import { readWorth } from '../read-worth.ts'

export const train: CommandFile = {
  name: 'train',
  about: 'run the stages whose inputs changed, up to the report',
  arguments: [['[stages...]', 'only these, and what they read; all by default']],
  options: [
    ['--dry', 'show what would run'],
    ['--force', 'run again what is cached'],
    ['--concurrency <stages>', 'most stages at a time; 1 where there is one GPU'],
  ],
  example: 'disranker train distil',
  runs(words) {
    const stages = words.filter((word, at) => !word.startsWith('-') && words[at - 1] !== '--concurrency')
    return [{ script: 'turbo', words: ['run', ...(stages.length > 0 ? [] : ['train']), ...words] }]
  },
  result: readWorth,
}
