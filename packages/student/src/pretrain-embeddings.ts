// Word embeddings that know which words mean each other before the network sees a pair: the table of two towers over the
// student's own tokens. With keys that start near queries, attention then finds related words from the first step. For
// students from scratch; a pre-trained BERT brings better ones.
import type { Pairs } from '@disranker/dataset'
import type { Work } from '@disranker/stage'
import type { Tokenizer } from '@disranker/tokenizer'
import { createBag } from './bag-of-words.ts'
import { gatherLessons, type TowersRecipe, textOf, trainTowers } from './train-towers.ts'

export interface EmbeddingsRecipe extends Omit<TowersRecipe, 'features'> {
  /** root mean square of the embeddings that the student starts with */
  readonly scale: number
}

/** Embeddings of all tokens, [vocabSize * features]; tokens that no text has get small random ones. */
export async function pretrainEmbeddings(options: {
  readonly name: string
  readonly pairs: Pairs
  readonly tokenizer: Tokenizer
  readonly features: number
  readonly recipe: EmbeddingsRecipe & { readonly seed: number }
  readonly work: Work
}): Promise<Float32Array> {
  const { name, pairs, tokenizer, features, work } = options
  const recipe = { ...options.recipe, features }
  const lessons = gatherLessons(pairs, recipe)
  const texts = [...pairs.documents.map(textOf), ...new Set(lessons.map(({ text }) => text))]
  const bag = createBag(texts, tokenizer.vocabSize, (text) => tokenizer.encode(text))
  const { towers } = await trainTowers({ name: `${name} embeddings`, pairs, lessons, bag, recipe, work })
  const table = Float32Array.from(towers.weights.get('embedding.weight')!.dataSync())
  towers.dispose()
  const square = table.reduce((sum, value) => sum + value * value, 0) / table.length
  const factor = recipe.scale / Math.sqrt(square || 1)
  return table.map((value) => value * factor)
}
