// The river on the tiny recipes: the same stage functions that the command lines call, in folders of your choice.
import { join } from 'node:path'
import { pairs } from '@disranker/dataset'
import { evaluate } from '@disranker/metrics'
import { convert, quantize } from '@disranker/onnx'
import { distil, labels, twoTower } from '@disranker/student'
import { cpt, score, sft } from '@disranker/teacher'
import * as recipes from './recipes.ts'

/** `home/in` -> `home/pairs` */
export const makePairs = (home: string) =>
  pairs({ input: join(home, 'in'), out: join(home, 'pairs'), recipe: recipes.pairs })

/** `home/pairs` -> cpt, sft, score, labels, distil and two-tower below `home`. Needs an open backend. */
export async function train(home: string): Promise<void> {
  const at = (name: string) => join(home, name)
  await cpt({ pairs: at('pairs'), out: at('cpt'), recipe: recipes.cpt })
  await sft({ pairs: at('pairs'), teacher: at('cpt'), out: at('sft'), recipe: recipes.sft })
  await score({ pairs: at('pairs'), teacher: at('sft'), out: at('score'), recipe: recipes.score })
  await labels({ pairs: at('pairs'), out: at('labels'), recipe: recipes.labels })
  await distil({ pairs: at('pairs'), scores: at('score'), out: at('distil'), recipe: recipes.distil })
  await twoTower({ pairs: at('pairs'), out: at('two-tower'), recipe: recipes.twoTower })
}

/** convert, quantize and evaluate below `home`, after `train`. */
export async function finish(home: string): Promise<void> {
  const at = (name: string) => join(home, name)
  await convert({ student: at('distil'), out: at('convert') })
  await quantize({
    student: at('distil'),
    converted: at('convert'),
    pairs: at('pairs'),
    out: at('quantize'),
    recipe: recipes.quantize,
  })
  await evaluate({
    pairs: at('pairs'),
    stages: Object.fromEntries(
      ['two-tower', 'cpt', 'sft', 'score', 'labels', 'distil', 'quantize'].map((name) => [name, at(name)]),
    ),
    out: at('evaluate'),
    recipe: recipes.evaluate,
  })
}
