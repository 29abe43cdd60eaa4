// The start of a teacher: a seed and a learned vocabulary, or a pre-trained model and its vocabulary.
import { keepDecoderLayers, lastTokenOf, type NamedCheckpoint } from '@disranker/checkpoint'

import { learnedTexts, type Pairs } from '@disranker/dataset'
import { InputError } from '@disranker/stage'
import {
  createPairEncoder,
  type Encoding,
  learnVocabulary,
  lineBreak,
  loadTokenizer,
  type PairEncoder,
  pairTemplateOf,
  STAGE_MEMORY,
  type Tokenizer,
  type VocabularyRecipe,
} from '@disranker/tokenizer'
import {
  checkRoom,
  createDecoder,
  type Decoder,
  type DecoderConfig,
  type DecoderSizes,
  mergeAdapter,
  readAdapter,
  readModelFolder,
} from '@disranker/transformer'
import type { TeacherConfig } from './teacher-folder.ts'
import { type TrainedPart, tuningOf } from './trained-part.ts'

export type TeacherStart = FromScratch | FromCheckpoint

export interface FromScratch {
  readonly vocabulary: VocabularyRecipe
  /** Hugging Face keys of a decoder's config.json, except those that the vocabulary decides */
  readonly model: DecoderSizes
}

export interface FromCheckpoint extends NamedCheckpoint {
  /** the folder of a peft adapter, which is merged first */
  readonly adapter?: string
  /** numbers of the layers that are kept; all by default */
  readonly layers?: readonly number[]
  /** tokens */
  readonly lengths: Pick<Encoding, 'maxLength' | 'maxQuery' | 'maxTitle' | 'maxSummary'>
  /** all of it by default */
  readonly trains?: TrainedPart
}

export interface StartedTeacher {
  readonly decoder: Decoder
  readonly config: TeacherConfig
  /** the text of tokenizer.json */
  readonly tokenizer: string
  /** pairs as plain text */
  readonly encoder: PairEncoder
  /** ids between the parts of a text */
  readonly separators: ReadonlySet<number>
}

/** Makes the network; needs an open backend. @param folder of the checkpoint, when the recipe names one */
export function startTeacher(
  recipe: TeacherStart & { readonly seed: number; readonly batch: number },
  pairs: Pairs,
  folder: string | undefined,
): StartedTeacher {
  return 'from' in recipe ? fromCheckpoint(recipe, folder!) : fromScratch(recipe, pairs)
}

function fromScratch(
  { vocabulary, model, seed }: FromScratch & { seed: number },
  pairs: Pairs,
): StartedTeacher {
  const { json, tokenizer, encoding } = learnVocabulary(
    pairs.documents,
    learnedTexts(pairs),
    vocabulary,
    pairs.analyzer,
  )
  // a language model reads plain text: exact-match token types would reveal the answer
  const { marks: _, analyzer: __, ...plain } = encoding
  const { typeVocabSize } = createPairEncoder(tokenizer, encoding)
  const config = {
    ...model,
    vocab_size: tokenizer.vocabSize,
    // a key that only some decoders have
    ...((typeVocabSize > 1 || model.model_type === 'llama') && { type_vocab_size: typeVocabSize }),
    max_position_embeddings: encoding.maxLength,
    disranker: { encoding },
  }
  return {
    decoder: createDecoder(config, { seed }),
    config,
    tokenizer: json,
    encoder: createPairEncoder(tokenizer, plain, STAGE_MEMORY),
    separators: new Set(lineBreak(tokenizer)),
  }
}

function fromCheckpoint(
  { lengths, layers, seed, batch, trains, adapter }: FromCheckpoint & { seed: number; batch: number },
  folder: string,
): StartedTeacher {
  const stored = readModelFolder<DecoderConfig>(folder)
  const whole = adapter ? { ...stored, tensors: mergeAdapter(stored.tensors, readAdapter(adapter)) } : stored
  const {
    config: given,
    tensors,
    tokenizer: json,
  } = layers ? keepDecoderLayers(whole, layers, folder) : whole
  if (lengths.maxLength > given.max_position_embeddings)
    throw new InputError(
      `The recipe's maxLength is ${lengths.maxLength}; ${folder} reads ${given.max_position_embeddings} tokens at most (max_position_embeddings). Lower maxLength.`,
    )
  const tokenizer = loadTokenizer(json)
  const encoding = { form: 'pair', template: templateOf(given, json, tokenizer, folder), ...lengths } as const
  const config = { ...given, disranker: { encoding } }
  const tuning = tuningOf(trains, given.num_hidden_layers)
  checkRoom(given, { ...tuning, rows: batch, columns: lengths.maxLength })
  return {
    decoder: createDecoder(config, { tensors, seed }, tuning),
    config,
    tokenizer: json,
    encoder: createPairEncoder(tokenizer, encoding, STAGE_MEMORY),
    separators: new Set(lineBreak(tokenizer)),
  }
}

/**
 * `query, line break, document, last token`, after the tokens with which the tokenizer.json begins every
 * text.
 */
function templateOf(config: DecoderConfig, json: string, tokenizer: Tokenizer, folder: string) {
  const between = lineBreak(tokenizer).map((id) => tokenizer.tokenOf(id)!)
  return {
    start: pairTemplateOf(json)?.start ?? [],
    between,
    end: [lastTokenOf(config, tokenizer, folder)],
    secondType: 0,
  } as const
}
