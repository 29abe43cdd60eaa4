// What a step can be: the stages of the river that learn or rank, and the thinning of grades. Each takes the folders of
// its inputs by name, as river.ts names them.
import { openBackend } from '@disranker/engine'
import { convert, type QuantizeRecipe, quantize } from '@disranker/onnx'
import {
  type BagOfWordsRecipe,
  bagOfWords,
  type DistilRecipe,
  distil,
  type LabelsRecipe,
  labels,
  type TowersRecipe,
  towers,
} from '@disranker/student'
import {
  type BiEncoderRecipe,
  biEncoder,
  type CptRecipe,
  cpt,
  type ScoreRecipe,
  type SftRecipe,
  score,
  sft,
} from '@disranker/teacher'
import { type ThinOptions, thinGrades } from './thin.ts'

export interface StepWork {
  readonly stage: StepStage
  readonly recipe: unknown
  readonly inputs: Readonly<Record<string, string>>
  readonly out: string
}

type Run = (
  inputs: Readonly<Record<string, string>>,
  out: string,
  recipe: unknown,
  signal: AbortSignal,
) => Promise<unknown>

const RUNS = {
  thin: ({ pairs }, out, recipe, signal) =>
    thinGrades({ pairs: pairs!, out, recipe: recipe as ThinOptions['recipe'], signal }),
  cpt: ({ pairs }, out, recipe, signal) => cpt({ pairs: pairs!, out, recipe: recipe as CptRecipe, signal }),
  sft: ({ pairs, teacher }, out, recipe, signal) =>
    sft({ pairs: pairs!, teacher: teacher!, out, recipe: recipe as SftRecipe, signal }),
  'bi-encoder': ({ pairs }, out, recipe, signal) =>
    biEncoder({ pairs: pairs!, out, recipe: recipe as BiEncoderRecipe, signal }),
  'bag-of-words': ({ pairs }, out, recipe, signal) =>
    bagOfWords({ pairs: pairs!, out, recipe: recipe as BagOfWordsRecipe, signal }),
  towers: ({ pairs }, out, recipe, signal) =>
    towers({ pairs: pairs!, out, recipe: recipe as TowersRecipe, signal }),
  // what it reads beside the pairs are its teachers
  score: ({ pairs, ...stages }, out, recipe, signal) =>
    score({ pairs: pairs!, stages, out, recipe: recipe as ScoreRecipe, signal }),
  labels: ({ pairs, towers }, out, recipe, signal) =>
    labels({ pairs: pairs!, ...(towers && { towers }), out, recipe: recipe as LabelsRecipe, signal }),
  distil: ({ pairs, scores, towers }, out, recipe, signal) =>
    distil({
      pairs: pairs!,
      scores: scores!,
      ...(towers && { towers }),
      out,
      recipe: recipe as DistilRecipe,
      signal,
    }),
  convert: ({ student }, out, _, signal) => convert({ student: student!, out, signal }),
  quantize: ({ student, converted, pairs }, out, recipe, signal) =>
    quantize({
      student: student!,
      converted: converted!,
      pairs: pairs!,
      out,
      recipe: recipe as QuantizeRecipe,
      signal,
    }),
} as const satisfies Readonly<Record<string, Run>>

export type StepStage = keyof typeof RUNS

/** where each stage's module is, which is called as it is */
export const PACKAGES: Readonly<Record<StepStage, string>> = {
  thin: './thin.ts',
  cpt: '@disranker/teacher',
  sft: '@disranker/teacher',
  'bi-encoder': '@disranker/teacher',
  score: '@disranker/teacher',
  'bag-of-words': '@disranker/student',
  towers: '@disranker/student',
  labels: '@disranker/student',
  distil: '@disranker/student',
  convert: '@disranker/onnx',
  quantize: '@disranker/onnx',
}

export const STEP_STAGES = Object.keys(RUNS) as StepStage[]

const ON_A_BACKEND: readonly StepStage[] = [
  'cpt',
  'sft',
  'bi-encoder',
  'bag-of-words',
  'towers',
  'score',
  'labels',
  'distil',
]

/** Runs one step; its folder is then complete. */
export async function runStep({ stage, recipe, inputs, out }: StepWork, signal: AbortSignal): Promise<void> {
  if (ON_A_BACKEND.includes(stage)) await openBackend(undefined, {})
  await RUNS[stage](inputs, out, recipe, signal)
}
