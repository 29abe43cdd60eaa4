// What all students share: a small BERT from scratch (or any model folder), trained on groups of documents of one query,
// then the weight of the lexical overlap, then the runs it ranks.
import { join } from 'node:path'
import { learnedTexts, type Pairs } from '@disranker/dataset'
import {
  createGroups,
  type Group,
  type GroupOptions,
  type Ranked,
  rankSplits,
  writeRanked,
} from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import { createPairEncoder, hiding, learnVocabulary, type VocabularyRecipe } from '@disranker/tokenizer'
import { dropTokens, fit, packGroups, type Training, trainingOptions, writeCurve } from '@disranker/training'
import { type BertConfig, createEncoder, scorePairs } from '@disranker/transformer'
import type * as tf from '@tensorflow/tfjs'
import { writeStudent } from './student-folder.ts'

export interface StudentRecipe {
  readonly seed: number
  readonly vocabulary: VocabularyRecipe
  /** Hugging Face keys of a BertConfig, but for those that the vocabulary decides */
  readonly model: Omit<BertConfig, 'vocab_size' | 'type_vocab_size' | 'max_position_embeddings'>
  readonly training: Training
  /** queries a step, each with a group of documents */
  readonly queries: number
  /** with a hardShare of 1 a group holds candidates alone, which is what a teacher has scored */
  readonly groups: GroupOptions
  /** share of the words that are hidden from the model in training */
  readonly wordDropout: number
  /** weight of the lexical overlap in the score: searched on validation, or a number; 0 for a model that needs none */
  readonly lexicalWeight: 'search' | number
}

export interface Teaching {
  readonly name: string
  readonly row: Pick<Ranked, 'row' | 'role' | 'what'>
  readonly recipe: StudentRecipe
  readonly pairs: Pairs
  readonly work: Work
  /** what each document of a group is worth */
  targets(group: Group): readonly number[]
  /** @param scores [G, n]; `targets` is [G * n] */
  loss(scores: tf.Tensor2D, targets: Float32Array): tf.Scalar
}

/** Trains a student and writes its folder; returns what the manifest shall say. Needs an open backend. */
export async function trainStudent(teaching: Teaching): Promise<Record<string, unknown>> {
  const { name, row, recipe, pairs, work, targets, loss } = teaching
  const drawGroup = createGroups(pairs, recipe.groups)
  const { json, tokenizer, encoding } = learnVocabulary(
    pairs.documents,
    learnedTexts(pairs),
    recipe.vocabulary,
  )
  const pairEncoder = createPairEncoder(tokenizer, encoding)
  const dropout = { ...hiding(tokenizer, encoding), share: recipe.wordDropout }
  const config: BertConfig = {
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
          const group = drawGroup(random)
          return {
            pairs: group.documents.map((document) =>
              dropTokens(pairEncoder.encode(group.query.text, document), dropout, random),
            ),
            targets: targets(group),
          }
        }),
        recipe.groups.size,
      ),
    loss: ({ batch, targets, rows, columns }) => loss(encoder.score(batch).as2D(rows, columns), targets),
  })
  const ranked = await rankSplits({
    name,
    pairs,
    work,
    lexicalWeight: recipe.lexicalWeight,
    folder: join(work.folder, 'runs'),
    score: (items) =>
      scorePairs(
        encoder,
        items.map(({ query, document }) => pairEncoder.encode(query, document)),
      ),
    overlap: (items) =>
      Float64Array.from(items, ({ query, document }) => pairEncoder.encode(query, document).overlap),
  })
  const { lexicalWeight } = ranked
  writeRanked(work.folder, { ...row, lexicalWeight })
  writeCurve(work.folder, history)
  writeStudent(work.folder, { encoder, config, encoding, lexicalWeight, tokenizer: json })
  encoder.dispose()
  return { steps: history.length, loss: history.at(-1)?.loss, ...ranked }
}
