// `node src/cli.ts study`, run by turbo: chooses the recipes, the folders and how many steps run at a time.
import { availableParallelism, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import quantizeRecipe from '@disranker/onnx/recipes/quantize'
import { command, inCheckout } from '@disranker/stage'
import bagOfWordsRecipe from '@disranker/student/recipes/example/bag-of-words'
import distilRecipe from '@disranker/student/recipes/example/distil'
import labelsRecipe from '@disranker/student/recipes/example/labels'
import towersRecipe from '@disranker/student/recipes/example/towers'
import cptRecipe from '@disranker/teacher/recipes/example/cpt'
import scoreRecipe from '@disranker/teacher/recipes/example/score'
import sftRecipe from '@disranker/teacher/recipes/example/sft'
import recipe from '../recipes/study.ts'
import { study } from './study.ts'
import { checkStudy } from './study-recipe.ts'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** bytes that one step may take */
const STEP_MEMORY = 3e9
const { DISRANKER_STUDY_MINUTES: minutes } = process.env

await command({
  study(signal) {
    checkStudy(recipe)
    return study({
      pairs: inCheckout(import.meta.url)('pairs'),
      steps: folder('../out/steps'),
      out: folder('../out/study'),
      base: {
        cpt: cptRecipe,
        sft: sftRecipe,
        'bag-of-words': bagOfWordsRecipe,
        towers: towersRecipe,
        score: scoreRecipe,
        labels: labelsRecipe,
        distil: distilRecipe,
        quantize: quantizeRecipe,
      },
      recipe,
      ...(minutes !== undefined && { minutes: Number(minutes) }),
      processes: Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / STEP_MEMORY))),
      signal,
    })
  },
})
