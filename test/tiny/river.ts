// The river on the tiny recipes: the same stage functions that the command lines call, in folders of your choice.
import { join } from 'node:path'
import { pairs } from '@disranker/dataset'
import { evaluate } from '@disranker/metrics'
import { convert, quantize } from '@disranker/onnx'
import { foldersOf, reportedFolders, type StageName, teachingFolders } from '@disranker/stage'

import { bagOfWords, distil, labels, towers } from '@disranker/student'
import { biEncoder, cpt, score, sft } from '@disranker/teacher'
import biEncoderRecipe from '@disranker/teacher/recipes/bi-encoder'

import * as recipes from './recipes.ts'

const below = (home: string) => (stage: StageName) => join(home, stage)

/** `home/in` -> `home/pairs` */
export const makePairs = (home: string) =>
  pairs({ ...foldersOf('pairs', below(home)), input: join(home, 'in'), recipe: recipes.pairs })

/** `home/pairs` -> cpt, sft, bag-of-words, towers, score, labels and distil below `home`. Needs an open backend. */
export async function train(home: string): Promise<void> {
  const at = below(home)
  await cpt({ ...foldersOf('cpt', at), recipe: recipes.cpt })
  await sft({ ...foldersOf('sft', at), recipe: recipes.sft })
  await bagOfWords({ ...foldersOf('bag-of-words', at), recipe: recipes.bagOfWords })
  await towers({ ...foldersOf('towers', at), recipe: recipes.towers })
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
