// The pipeline on the tiny recipes: the same stages that the command line runs, in folders of your choice.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pairs } from '@disranker/dataset/pairs'
import pseudoQueries from '@disranker/dataset/recipes/pseudo-queries'
import vectors from '@disranker/onnx/recipes/vectors'
import { pipeline } from '@disranker/pipeline'
import features from '@disranker/sentence-encoder/recipes/example/features'
import heads from '@disranker/sentence-encoder/recipes/heads'
import { findStage, runDefined, type StageDefinition } from '@disranker/stage'
import biEncoder from '@disranker/teacher/recipes/bi-encoder'
import * as recipes from './recipes.ts'

/** by stage */
export const recipesByStage: Readonly<Record<string, object>> = {
  ...recipes,
  'bag-of-words': recipes.bagOfWords,
  'bi-encoder': biEncoder,
  features,
  heads,
  'pseudo-queries': pseudoQueries,
  'static-bi-encoder': recipes.staticBiEncoder,
  vectors,
}

/** Runs one stage below `home`, on its tiny recipe or another one. */
export const runTiny = (home: string, name: string, recipe: unknown = recipesByStage[name]) =>
  runDefined(pipeline, findStage(pipeline, name), (stage) => join(home, stage.name), { recipe })

const run = async (home: string, stages: readonly StageDefinition[]) => {
  // a stage that belongs to no training is run for its own sake
  for (const { name, apart } of stages) if (!apart) await runTiny(home, name)
}

/** The module of a process that runs one step of a study. */
export const studyStep = fileURLToPath(import.meta.resolve('@disranker/pipeline/study-step'))

/** `home/in` -> `home/pairs` */
export const makePairs = (home: string) =>
  pairs({ input: join(home, 'in'), out: join(home, 'pairs'), recipe: recipes.pairs })

const [first, last] = ['pairs', 'convert'].map((name) => pipeline.indexOf(findStage(pipeline, name)))

/** `home/pairs` -> what trains and scores, below `home`. */
export const train = (home: string) => run(home, pipeline.slice(first! + 1, last))

/** convert, quantize and evaluate below `home`, after `train`. */
export const finish = (home: string) => run(home, pipeline.slice(last))
