// What all students share: a small BERT from scratch (or any model folder), trained on groups of documents of one query,
// then the weight of the lexical overlap, then the runs it ranks.
import { join } from 'node:path'
import type { Document, Pairs } from '@disranker/dataset'
import type { Work } from '@disranker/stage'
import { createPairEncoder, hiding, learnVocabulary, type VocabularyRecipe } from '@disranker/tokenizer'
import {
  createEncoder,
  dropTokens,
  type EncoderConfig,
  fit,
  packGroups,
  type Random,
  type Training,
  trainingOptions,
  writeCurve,
} from '@disranker/transformer'
import type * as tf from '@tensorflow/tfjs'
import { rankSplits } from './rank-splits.ts'
import { writeStudent } from './student-folder.ts'

export interface StudentRecipe {
  readonly seed: number
  readonly vocabulary: VocabularyRecipe
  /** Hugging Face keys of a BertConfig, but for those that the vocabulary decides */
  readonly model: Omit<EncoderConfig, 'vocab_size' | 'type_vocab_size' | 'max_position_embeddings'>
  readonly training: Training
  /** queries a step, each with a group of documents */
  readonly queries: number
  /** documents a group */
  readonly size: number
  /** share of the words that are hidden from the model in training */
  readonly wordDropout: number
  /** weights of the lexical overlap to try on validation; [0] for a model that needs none */
  readonly lexicalWeights: readonly number[]
}

/** one query with documents to compare, and what each is worth */
export interface Lesson {
  readonly query: string
  readonly documents: readonly Document[]
  readonly targets: readonly number[]
}

export interface Teaching {
  readonly name: string
  readonly recipe: StudentRecipe
  readonly pairs: Pairs
  readonly work: Work
  draw(random: Random): Lesson
  /** @param scores [G, n]; `targets` is [G * n] */
  loss(scores: tf.Tensor2D, targets: Float32Array): tf.Scalar
}

/** Trains a student and writes its folder; returns what the manifest shall say. Needs an open backend. */
export async function trainStudent(teaching: Teaching): Promise<Record<string, unknown>> {
  const { name, recipe, pairs, work, draw, loss } = teaching
  const seen = pairs.queries.filter(({ split }) => split === 'train' || split === 'weak')
  const { json, tokenizer, encoding } = learnVocabulary(
    pairs.documents,
    seen.map(({ text }) => text),
    recipe.vocabulary,
  )
  const pairEncoder = createPairEncoder(tokenizer, encoding)
  const dropout = { ...hiding(tokenizer, encoding), share: recipe.wordDropout }
  const config: EncoderConfig = {
    ...recipe.model,
    vocab_size: tokenizer.vocabSize,
    type_vocab_size: pairEncoder.typeVocabSize,
    max_position_embeddings: encoding.maxLength,
  }
  const encoder = createEncoder(config, { seed: recipe.seed })
  const { history } = await fit({
    ...trainingOptions(recipe, work, name),
    weights: encoder.weights,
    batch: (_, random) =>
      packGroups(
        Array.from({ length: recipe.queries }, () => {
          const { query, documents, targets } = draw(random)
          return {
            pairs: documents.map((document) =>
              dropTokens(pairEncoder.encode(query, document), dropout, random),
            ),
            targets,
          }
        }),
        recipe.size,
      ),
    loss: ({ batch, targets, rows, columns }) => loss(encoder.score(batch).as2D(rows, columns), targets),
  })
  const { lexicalWeight, validation } = await rankSplits({
    name,
    encoder,
    pairEncoder,
    pairs,
    work,
    lexicalWeights: recipe.lexicalWeights,
    folder: join(work.folder, 'runs'),
  })
  writeCurve(work.folder, history)
  writeStudent(work.folder, { encoder, config, encoding, lexicalWeight, tokenizer: json })
  encoder.dispose()
  return { steps: history.length, loss: history.at(-1)?.loss, lexicalWeight, validation }
}
