// `node src/cli.ts pairs | pseudo-queries`, run by turbo. Your own log in packages/dataset/in/ takes the example's place.
// `node src/cli.ts recipes` checks the recipes.
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkRecipe, command, foldersOf, inCheckout } from '@disranker/stage'
import recipe from '../recipes/pairs.ts'
import pseudoRecipe from '../recipes/pseudo-queries.ts'
import { pairs } from './pairs.ts'
import { pseudoQueries } from './pseudo-queries.ts'
import { pairsSchema, pseudoQueriesSchema } from './recipes.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** any file but the README: what is missing beside it is then said, and the example not trained by mistake */
const hasFiles = (folder: string) =>
  existsSync(folder) && readdirSync(folder).some((name) => name !== 'README.md' && !name.startsWith('.'))

const check = () => {
  checkRecipe(pairsSchema, recipe, 'recipes/pairs.ts')
  checkRecipe(pseudoQueriesSchema, pseudoRecipe, 'recipes/pseudo-queries.ts')
}

await command({
  pairs(signal) {
    check()
    const own = hasFiles(here('../in'))
    const input = own ? here('../in') : here('../../example/out/example')
    console.log(
      own ? `pairs: your own log in ${input}` : 'pairs: the embedded example, whose clicks are simulated',
    )
    return pairs({ input, out: here('../out/pairs'), recipe, signal })
  },
  'pseudo-queries'(signal) {
    check()
    const folders = foldersOf('pseudo-queries', inCheckout(import.meta.url))
    return pseudoQueries({ ...folders, recipe: pseudoRecipe, signal })
  },
  recipes: async () => check(),
})
