// `node src/cli.ts distil | labels | two-tower`, run by turbo: chooses the backend, the recipe and the folders.
import { fileURLToPath } from 'node:url'
import { openBackend } from '@disranker/engine'
import { command } from '@disranker/stage'
import distilRecipe from '../recipes/distil.ts'
import labelsRecipe from '../recipes/labels.ts'
import twoTowerRecipe from '../recipes/two-tower.ts'
import { distil } from './distil.ts'
import { labels } from './labels.ts'
import { twoTower } from './two-tower.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const pairs = here('../../dataset/out/pairs')
const scores = here('../../teacher/out/score')
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })

await command({
  async distil(signal) {
    await backend()
    await distil({ pairs, scores, out: here('../out/distil'), recipe: distilRecipe, signal })
  },
  async labels(signal) {
    await backend()
    await labels({ pairs, out: here('../out/labels'), recipe: labelsRecipe, signal })
  },
  async 'two-tower'(signal) {
    await backend()
    await twoTower({ pairs, out: here('../out/two-tower'), recipe: twoTowerRecipe, signal })
  },
})
