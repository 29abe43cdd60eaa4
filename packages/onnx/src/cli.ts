// `node src/cli.ts convert | quantize`, run by turbo: chooses the recipe and the folders.
import { fileURLToPath } from 'node:url'
import { command } from '@disranker/stage'
import quantizeRecipe from '../recipes/quantize.ts'
import { convert } from './convert.ts'
import { quantize } from './quantize.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const student = here('../../student/out/distil')
const converted = here('../out/convert')
const pairs = here('../../dataset/out/pairs')

await command({
  convert: (signal) => convert({ student, out: converted, signal }),
  quantize: (signal) =>
    quantize({ student, converted, pairs, out: here('../out/quantize'), recipe: quantizeRecipe, signal }),
})
