// `node src/cli.ts cpt | sft | score`, run by turbo: chooses the backend, the recipe and the folders.
import { openBackend } from '@disranker/engine'
import { command, foldersOf, inCheckout } from '@disranker/stage'
import cptRecipe from '../recipes/cpt.ts'
import scoreRecipe from '../recipes/score.ts'
import sftRecipe from '../recipes/sft.ts'
import { cpt } from './cpt.ts'
import { score } from './score.ts'
import { sft } from './sft.ts'

const at = inCheckout(import.meta.url)
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })

await command({
  async cpt(signal) {
    await backend()
    await cpt({ ...foldersOf('cpt', at), recipe: cptRecipe, signal })
  },
  async sft(signal) {
    await backend()
    await sft({ ...foldersOf('sft', at), recipe: sftRecipe, signal })
  },
  async score(signal) {
    await backend()
    await score({ ...foldersOf('score', at), recipe: scoreRecipe, signal })
  },
})
