// The river's recipes for the embedded example, and those that start from published weights: what the arms of recipes/study.ts
// change.
import quantizeRecipe from '@disranker/onnx/recipes/quantize'
import bagOfWordsRecipe from '@disranker/student/recipes/example/bag-of-words'
import distilRecipe from '@disranker/student/recipes/example/distil'
import labelsRecipe from '@disranker/student/recipes/example/labels'
import towersRecipe from '@disranker/student/recipes/example/towers'
import distilPretrained from '@disranker/student/recipes/pretrained/distil'
import labelsPretrained from '@disranker/student/recipes/pretrained/labels'
import cptRecipe from '@disranker/teacher/recipes/example/cpt'
import scoreRecipe from '@disranker/teacher/recipes/example/score'
import sftRecipe from '@disranker/teacher/recipes/example/sft'
import biEncoderRecipe from '@disranker/teacher/recipes/pretrained/bi-encoder'
import cptPretrained from '@disranker/teacher/recipes/pretrained/cpt'
import sftPretrained from '@disranker/teacher/recipes/pretrained/sft'
import type { BaseRecipes } from './arms.ts'

export const exampleRecipes: BaseRecipes = {
  cpt: cptRecipe,
  sft: sftRecipe,
  'bi-encoder': biEncoderRecipe,
  'bag-of-words': bagOfWordsRecipe,
  towers: towersRecipe,
  score: scoreRecipe,
  labels: labelsRecipe,
  distil: distilRecipe,
  quantize: quantizeRecipe,
  pretrained: {
    cpt: cptPretrained,
    sft: sftPretrained,
    labels: labelsPretrained,
    distil: distilPretrained,
  },
}
