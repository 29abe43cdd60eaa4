// Two towers over bags of terms: query and document embedded by one table; every document also has a vector and a bias of
// its own, so that it can collect terms that only queries use. A softmax over all documents learns which one a query means.
//   z(q, d) = exp(s) (x_q E) . (x_d E + f_d) + b_d + exp(l) bm25(q, d)
import type { Document, Item, Pairs } from '@disranker/dataset'
import { InputError, type Work } from '@disranker/stage'
import { createBm25 } from '@disranker/tokenizer'
import { epochs, fit, type StepRecord, type Training, trainingOptions } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import type { Bag } from './bag-of-words.ts'
import { createTowers, type Towers } from './towers.ts'

export interface TowersRecipe {
  /** features of an embedding */
  readonly features: number
  /** times through the train and weak queries */
  readonly epochs: number
  /** queries a step */
  readonly batch: number
  /** share of the query's terms that are hidden in training */
  readonly termDropout: number
  /** times a train query comes for each time a weak one does */
  readonly trainTimes: number
  /** most documents: the softmax goes over all of them */
  readonly maxDocuments: number
  readonly training: Omit<Training, 'steps'>
}

/** a query and the indices of the documents it means */
export interface TowerLesson {
  readonly text: string
  readonly best: readonly number[]
}

export interface TowersTraining {
  readonly name: string
  readonly pairs: Pairs
  readonly lessons: readonly TowerLesson[]
  readonly bag: Bag
  readonly recipe: TowersRecipe & { readonly seed: number }
  readonly work: Work
}

export interface TrainedTowers {
  readonly towers: Towers
  readonly history: readonly StepRecord[]
  scoresOf(items: readonly Item[]): number[]
}

export const textOf = ({ title, summary }: Document): string => `${title}. ${summary}`

/** Train and weak queries with the documents of their highest grade. @throws {InputError} when there is none */
export function gatherLessons(
  { documents, queries, judgements }: Pairs,
  { trainTimes, maxDocuments }: TowersRecipe,
): TowerLesson[] {
  if (documents.length > maxDocuments)
    throw new InputError(
      `The two towers learn a softmax over all documents: there are ${documents.length}, the recipe allows ${maxDocuments} (maxDocuments). Raise it, or leave the towers out.`,
    )
  const index = new Map(documents.map(({ id }, i) => [id, i]))
  const lessons = queries.flatMap(({ id, text, split }) => {
    const grades = [...(judgements.get(id) ?? [])].filter(([document]) => index.has(document))
    const top = Math.max(...grades.map(([, grade]) => grade))
    if (!(top > 0) || (split !== 'train' && split !== 'weak')) return []
    const best = grades.filter(([, grade]) => grade === top).map(([document]) => index.get(document)!)
    return Array.from({ length: split === 'train' ? trainTimes : 1 }, () => ({ text, best }))
  })
  if (lessons.length === 0)
    throw new InputError(
      'No train query has a judged document: there is nothing to learn. Look at out/pairs.',
    )
  return lessons
}

/** Trains towers; dispose of them after use. Needs an open backend. */
export async function trainTowers({
  name,
  pairs,
  lessons,
  bag,
  recipe,
  work,
}: TowersTraining): Promise<TrainedTowers> {
  const texts = pairs.documents.map(textOf)
  const bm25 = createBm25(texts)
  const towers = createTowers(bag.rows(texts), texts.length, recipe.features, recipe.seed)
  const at = epochs(lessons.length, recipe.seed)
  const steps = Math.ceil(lessons.length / recipe.batch) * recipe.epochs
  const lexical = (list: readonly string[]) =>
    Float32Array.from(list.flatMap((text) => [...bm25.scores(text)]))
  const { history } = await fit({
    ...trainingOptions({ seed: recipe.seed, training: { ...recipe.training, steps } }, work, name),
    weights: towers.weights,
    batch(step, random) {
      const chosen = Array.from({ length: recipe.batch }, (_, i) => lessons[at(step * recipe.batch + i)]!)
      const queries = bag.rows(chosen.map(({ text }) => text))
      for (let i = 0; i < queries.length; i++)
        if (queries[i] !== 0 && random.uniform() < recipe.termDropout) queries[i] = 0
      const wanted = new Float32Array(chosen.length * texts.length)
      for (const [row, { best }] of chosen.entries())
        for (const index of best) wanted[row * texts.length + index] = 1 / best.length
      return { queries, wanted, lexical: lexical(chosen.map(({ text }) => text)), rows: chosen.length }
    },
    loss({ queries, wanted, lexical, rows }) {
      const z = towers.score(queries, lexical, rows)
      const right = tf.mul(tf.tensor2d(wanted, [rows, texts.length]), tf.logSoftmax(z))
      return tf.neg(tf.div(tf.sum(right), rows)) as tf.Scalar
    },
  })
  const index = new Map(pairs.documents.map(({ id }, i) => [id, i]))
  return {
    towers,
    history,
    scoresOf(items) {
      const queries = [...new Set(items.map(({ query }) => query))]
      const rows = new Map(queries.map((query, row) => [query, row]))
      let z = new Float32Array(0)
      tf.tidy(() => {
        z = towers
          .score(bag.rows(queries), lexical(queries), queries.length)
          .dataSync() as Float32Array<ArrayBuffer>
      })
      return items.map(({ query, document }) => z[rows.get(query)! * texts.length + index.get(document.id)!]!)
    },
  }
}
