// `node src/cli.ts evaluate`, run by turbo: chooses the recipe and the folders. `npm run keep -- <name>` keeps what the
// stages ranked, for a later report to show beside what came after.
import { fileURLToPath } from 'node:url'
import { command, foldersOf, InputError, inCheckout, reportedFolders } from '@disranker/stage'
import recipe from '../recipes/evaluate.ts'
import { evaluate } from './evaluate.ts'
import { keepRuns } from './kept-runs.ts'

const at = inCheckout(import.meta.url)
const kept = fileURLToPath(new URL('../kept', import.meta.url))
const stages = reportedFolders(at)

await command({
  evaluate: (signal) => evaluate({ ...foldersOf('evaluate', at), stages, kept, recipe, signal }),
  async keep() {
    const name = process.argv[3]
    if (name === undefined)
      throw new InputError('Say under which name: npm run keep -- <name>, for instance "without-weak".')
    console.log(`kept as ${name}: ${keepRuns(stages, kept, name).join(', ')}`)
  },
})
