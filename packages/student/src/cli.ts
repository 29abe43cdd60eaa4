// `node src/cli.ts distil | labels | two-tower`, run by turbo: chooses the backend, the recipe and the folders.
import { openBackend } from '@disranker/engine'
import { command, foldersOf, inCheckout } from '@disranker/stage'
import distilRecipe from '../recipes/distil.ts'
import labelsRecipe from '../recipes/labels.ts'
import twoTowerRecipe from '../recipes/two-tower.ts'
import { distil } from './distil.ts'
import { labels } from './labels.ts'
import { twoTower } from './two-tower.ts'

const at = inCheckout(import.meta.url)
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })

await command({
  async distil(signal) {
    await backend()
    await distil({ ...foldersOf('distil', at), recipe: distilRecipe, signal })
  },
  async labels(signal) {
    await backend()
    await labels({ ...foldersOf('labels', at), recipe: labelsRecipe, signal })
  },
  async 'two-tower'(signal) {
    await backend()
    await twoTower({ ...foldersOf('two-tower', at), recipe: twoTowerRecipe, signal })
  },
})
