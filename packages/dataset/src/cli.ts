// `node src/cli.ts example | pairs`, run by turbo. Your own log in packages/dataset/in/ takes the example's place.
import { fileURLToPath } from 'node:url'
import { command } from '@disranker/stage'
import exampleRecipe from '../recipes/example.ts'
import pairsRecipe from '../recipes/pairs.ts'
import { example } from './example.ts'
import { CLICK_FILES, pairs } from './pairs.ts'
import { findTable } from './table.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

await command({
  example: (signal) => example({ out: here('../out/example'), recipe: exampleRecipe, signal }),
  pairs(signal) {
    const own = findTable(here('../in'), CLICK_FILES) !== undefined
    const input = own ? here('../in') : here('../out/example')
    console.log(
      own ? `pairs: your own log in ${input}` : 'pairs: the embedded example, whose clicks are simulated',
    )
    return pairs({ input, out: here('../out/pairs'), recipe: pairsRecipe, signal })
  },
})
