// `node src/cli.ts evaluate`, run by turbo: chooses the recipe and the folders. `npm run keep -- <name>` keeps what the
// stages ranked, for a later report to show beside what came after.
import { fileURLToPath } from 'node:url'
import { checkRecipe, command, foldersOf, InputError, inCheckout, reportedFolders } from '@disranker/stage'
import recipe from '../recipes/evaluate.ts'
import { evaluate } from './evaluate.ts'
import { keepRuns } from './kept-runs.ts'
import { evaluateSchema } from './recipes.ts'

const at = inCheckout(import.meta.url)
const kept = fileURLToPath(new URL('../kept', import.meta.url))
const stages = reportedFolders(at)

const check = () => checkRecipe(evaluateSchema, recipe, 'recipes/evaluate.ts')

await command({
  evaluate(signal) {
    check()
    return evaluate({ ...foldersOf('evaluate', at), stages, kept, recipe, signal })
  },
  recipes: async () => check(),
  async keep() {
    const name = process.argv[3]
    if (name === undefined)
      throw new InputError('Say under which name: npm run keep -- <name>, for instance "without-weak".')
    console.log(`kept as ${name}: ${keepRuns(stages, kept, name).join(', ')}`)
  },
})
