// `node src/cli.ts convert | quantize`, run by turbo: chooses the recipe and the folders.
import { checkRecipe, command, foldersOf, inCheckout } from '@disranker/stage'
import quantizeRecipe from '../recipes/quantize.ts'
import { convert } from './convert.ts'
import { quantize } from './quantize.ts'
import { quantizeSchema } from './recipes.ts'

const at = inCheckout(import.meta.url)

const check = () => checkRecipe(quantizeSchema, quantizeRecipe, 'recipes/quantize.ts')

await command({
  convert: (signal) => convert({ ...foldersOf('convert', at), signal }),
  quantize(signal) {
    check()
    return quantize({ ...foldersOf('quantize', at), recipe: quantizeRecipe, signal })
  },
  recipes: async () => check(),
})
