// Continued pre-training: the query is the prompt, the clicked title and summary are what the model learns to say.
//   loss = -sum_j log P(x_j | query, x_<j), over the tokens x_j of title and summary alone (DisRanker, section 3.1)
// Run: npx turbo run cpt
import { join } from 'node:path'
import { type Document, type Pairs, readPairs } from '@disranker/dataset'
import { type Manifest, runStage } from '@disranker/stage'
import { createPairEncoder, type EncodedPair } from '@disranker/tokenizer'
import {
  createDecoder,
  type DecoderConfig,
  fit,
  packBatch,
  type Random,
  type TokenBatch,
} from '@disranker/transformer'
import { writeTeacher } from './teacher-folder.ts'
import { type Training, trainingOptions } from './training.ts'
import { makeVocabulary, type VocabularyRecipe } from './vocabulary.ts'

export interface CptRecipe {
  readonly seed: number
  readonly vocabulary: VocabularyRecipe
  /** Hugging Face keys of a LlamaConfig, but for those that the vocabulary decides */
  readonly model: Omit<DecoderConfig, 'vocab_size' | 'type_vocab_size' | 'max_position_embeddings'>
  readonly training: Training
  /** texts a step */
  readonly batch: number
  /** share of the texts drawn from weak queries and their documents */
  readonly weakShare: number
}

export interface CptOptions {
  /** folder of the pairs stage */
  readonly pairs: string
  readonly out: string
  readonly recipe: CptRecipe
  readonly signal?: AbortSignal
}

/** Trains a decoder on clicked pairs; needs an open backend. Leaves a teacher folder and `curve.jsonl`. */
export function cpt({ pairs: folder, out, recipe, signal }: CptOptions): Promise<Manifest> {
  return runStage({
    name: 'cpt',
    out,
    inputs: { pairs: folder },
    recipe,
    signal,
    async run(work) {
      const pairs = readPairs(folder)
      const { json, tokenizer, encoding } = makeVocabulary(pairs, recipe.vocabulary)
      // a language model reads plain text: marks would tell it the answer
      const { marks, ...plain } = encoding
      const encoder = createPairEncoder(tokenizer, plain)
      const config = {
        ...recipe.model,
        vocab_size: tokenizer.vocabSize,
        type_vocab_size: createPairEncoder(tokenizer, encoding).typeVocabSize,
        max_position_embeddings: encoding.maxLength,
        disranker: { encoding },
      }
      const decoder = createDecoder(config, { seed: recipe.seed })
      const draw = drawTexts(pairs, recipe.weakShare)
      const { history } = await fit({
        ...trainingOptions(recipe, work, 'cpt'),
        weights: decoder.weights,
        batch: (_, random) =>
          languageBatch(
            Array.from({ length: recipe.batch }, () => draw(random)).map(({ query, document }) =>
              encoder.encode(query, document),
            ),
          ),
        loss: ({ batch, targets }) => decoder.languageLoss(batch, targets),
      })
      writeTeacher(work.folder, { decoder, config, tokenizer: json })
      decoder.dispose()
      return {
        loss: history.at(-1)?.loss,
        parameters: recipe.model.hidden_size,
        ...(marks && { marks: true }),
      }
    },
  })
}
