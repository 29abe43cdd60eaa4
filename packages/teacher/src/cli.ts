// `node src/cli.ts cpt | sft | score`, run by turbo: chooses the backend, the recipe and the folders.
import { fileURLToPath } from 'node:url'
import { openBackend } from '@disranker/engine'
import { command } from '@disranker/stage'
import cptRecipe from '../recipes/cpt.ts'
import scoreRecipe from '../recipes/score.ts'
import sftRecipe from '../recipes/sft.ts'
import { cpt } from './cpt.ts'
import { score } from './score.ts'
import { sft } from './sft.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const pairs = here('../../dataset/out/pairs')
const backend = () => openBackend(undefined, { log: (line) => console.log(line) })

await command({
  async cpt(signal) {
    await backend()
    await cpt({ pairs, out: here('../out/cpt'), recipe: cptRecipe, signal })
  },
  async sft(signal) {
    await backend()
    await sft({ pairs, teacher: here('../out/cpt'), out: here('../out/sft'), recipe: sftRecipe, signal })
  },
  async score(signal) {
    await backend()
    await score({
      pairs,
      teacher: here('../out/sft'),
      out: here('../out/score'),
      recipe: scoreRecipe,
      signal,
    })
  },
})
