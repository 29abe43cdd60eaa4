// The river on the tiny recipes: the same stage functions that the command lines call, in folders of your choice.
import { join } from 'node:path'
import { pairs, pseudoQueries } from '@disranker/dataset'
import pseudoQueriesRecipe from '@disranker/dataset/recipes/pseudo-queries'
import { evaluate } from '@disranker/metrics'
import { convert, quantize } from '@disranker/onnx'
import { features, heads } from '@disranker/sentence-encoder'
import featuresRecipe from '@disranker/sentence-encoder/recipes/features'
import headsRecipe from '@disranker/sentence-encoder/recipes/heads'
import {
  embeddingFolders,
  foldersOf,
  reportedFolders,
  type StageName,
  teachingFolders,
} from '@disranker/stage'
import { bagOfWords, distil, labels, table, towers } from '@disranker/student'
import { biEncoder, cpt, score, sft } from '@disranker/teacher'
import biEncoderRecipe from '@disranker/teacher/recipes/bi-encoder'

import * as recipes from './recipes.ts'

const below = (home: string) => (stage: StageName) => join(home, stage)

/** `home/in` -> `home/pairs` */
export const makePairs = (home: string) =>
  pairs({ ...foldersOf('pairs', below(home)), input: join(home, 'in'), recipe: recipes.pairs })

/** `home/pairs` -> `home/pseudo-queries` */
export const cutQueries = (home: string) =>
  pseudoQueries({ ...foldersOf('pseudo-queries', below(home)), recipe: pseudoQueriesRecipe })

/** `home/pairs` -> cpt, sft, bag-of-words, towers, table, score, labels and distil, no encoder configured, below `home`. Needs an open backend. */
export async function train(home: string): Promise<void> {
  const at = below(home)
  await cutQueries(home)
  await features({ ...foldersOf('features', at), recipe: featuresRecipe })
  await heads({ ...foldersOf('heads', at), recipe: headsRecipe })
  await cpt({ ...foldersOf('cpt', at), recipe: recipes.cpt })
  await sft({ ...foldersOf('sft', at), recipe: recipes.sft })
  await bagOfWords({ ...foldersOf('bag-of-words', at), recipe: recipes.bagOfWords })
  await towers({ ...foldersOf('towers', at), recipe: recipes.towers })
  await table({ ...foldersOf('table', at), stages: embeddingFolders(at), recipe: recipes.table })
  await biEncoder({ ...foldersOf('bi-encoder', at), recipe: biEncoderRecipe })
  await score({ ...foldersOf('score', at), stages: teachingFolders(at), recipe: recipes.score })
  await labels({ ...foldersOf('labels', at), recipe: recipes.labels })
  await distil({ ...foldersOf('distil', at), recipe: recipes.distil })
}

/** convert, quantize and evaluate below `home`, after `train`. */
export async function finish(home: string): Promise<void> {
  const at = below(home)
  await convert(foldersOf('convert', at))
  await quantize({ ...foldersOf('quantize', at), recipe: recipes.quantize })
  await evaluate({ ...foldersOf('evaluate', at), stages: reportedFolders(at), recipe: recipes.evaluate })
}
