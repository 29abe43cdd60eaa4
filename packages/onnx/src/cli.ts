// `node src/cli.ts convert | quantize`, run by turbo: chooses the recipe and the folders.
import { command, foldersOf, inCheckout } from '@disranker/stage'
import quantizeRecipe from '../recipes/quantize.ts'
import { convert } from './convert.ts'
import { quantize } from './quantize.ts'

const at = inCheckout(import.meta.url)

await command({
  convert: (signal) => convert({ ...foldersOf('convert', at), signal }),
  quantize: (signal) => quantize({ ...foldersOf('quantize', at), recipe: quantizeRecipe, signal }),
})
