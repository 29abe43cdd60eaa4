// The start of a student: a seed and a learned vocabulary, or a trained model with its vocabulary, its
// template and some of its layers; an earlier run of this pipeline is such a model, too.
import { existsSync } from 'node:fs'
import {
  type EncoderCheckpoint,
  type FoundCheckpoint,
  findCheckpoint,
  hashOf,
  keepLayers,
  type NamedCheckpoint,
  pruneVocabulary,
  readEncoderCheckpoint,
  readWordVectors,
} from '@disranker/checkpoint'
import { learnedTexts, type Pairs } from '@disranker/dataset'
import { InputError } from '@disranker/stage'
import {
  createPairEncoder,
  type Encoding,
  learnVocabulary,
  loadTokenizer,
  type Tokenizer,
  type Vocabulary,
  type VocabularyRecipe,
} from '@disranker/tokenizer'
import { createEncoder, type Encoder, type EncoderConfig, type EncoderSizes } from '@disranker/transformer'
import { startWords } from './start-words.ts'

export type StudentStart = FromScratch | FromInit

export interface FromScratch {
  readonly vocabulary: VocabularyRecipe
  /** Hugging Face keys of an encoder's config.json, except those that the vocabulary decides */
  readonly model: EncoderSizes
  /** source of the word embeddings: a file of vectors, or a model's folder; by default the seed */
  readonly words?: string
}

export interface FromInit {
  readonly init: Init
}

export interface Init extends NamedCheckpoint {
  /** number of layers to keep, evenly spread, or their numbers from 0; all by default */
  readonly layers?: number | readonly number[]
  /**
   * corpus: keep only the words that documents and queries use, because most of a small model is its word
   * embeddings
   */
  readonly vocabulary?: 'whole' | 'corpus'
  /** tokens; they replace those of an earlier run of this pipeline */
  readonly lengths?: Pick<Encoding, 'maxLength' | 'maxQuery' | 'maxTitle' | 'maxSummary'>
  /** all of it by default */
  readonly trains?: {
    /** the word embeddings */
    readonly embeddings: boolean
    /** the last layers; all by default */
    readonly lastLayers?: number
  }
}

export interface StartedStudent extends Vocabulary {
  readonly config: EncoderConfig
  /** of a published model, for the model cards of its descendants */
  readonly source?: StudentSource
  /** The network at its start with this seed; dispose of it after use. Needs an open backend. */
  create(seed: number): Encoder
  /** Whether a weight is trained, by its name. */
  trains(name: string): boolean
}

export interface StudentSource {
  readonly name: string
  readonly revision?: string
  readonly licence?: string
}

/**
 * The files that a recipe names, and what identifies them.
 * @throws {InputError} when it cannot be found
 */
export async function sourceOf(
  recipe: object,
  signal: AbortSignal | undefined,
): Promise<{ readonly checkpoint?: FoundCheckpoint; readonly facts: Readonly<Record<string, string>> }> {
  const { init, words } = recipe as Partial<FromInit & FromScratch>
  if (init !== undefined) {
    const checkpoint = await findCheckpoint(init, signal)
    return { checkpoint, facts: { from: checkpoint.identity } }
  }
  if (words === undefined) return { facts: {} }
  if (!existsSync(words))
    throw new InputError(
      `There are no word vectors ${words}. Wanted: a text file, a .npy file with its words in a .txt file next to it, or a model's folder.`,
    )
  return { facts: { words: await hashOf(words) } }
}

/**
 * Makes or reads the common start of all seeds of a student.
 * @param found of a recipe that names a checkpoint
 * @throws {InputError} when it cannot be read, or does not have the layers, lengths or vocabulary of the
 * recipe
 */
export async function startStudent(
  recipe: StudentStart,
  pairs: Pairs,
  found: FoundCheckpoint | undefined,
  say: (line: string) => void,
): Promise<StartedStudent> {
  return 'init' in recipe ? fromInit(recipe.init, pairs, found!, say) : fromScratch(recipe, pairs, say)
}

async function fromScratch(
  { vocabulary: form, model, words }: FromScratch,
  pairs: Pairs,
  say: (line: string) => void,
): Promise<StartedStudent> {
  const vocabulary = learnVocabulary(pairs.documents, learnedTexts(pairs), form, pairs.analyzer)
  const { tokenizer, encoding } = vocabulary
  const config = {
    ...model,
    vocab_size: tokenizer.vocabSize,
    type_vocab_size: createPairEncoder(tokenizer, encoding).typeVocabSize,
    max_position_embeddings: encoding.maxLength,
  } as EncoderConfig
  const tokens = wholeWords(tokenizer, encoding)
  const vectors = words === undefined ? undefined : await readWordVectors(words, new Set(tokens.keys()))
  if (vectors) say(`${vectors.size} of ${tokens.size} words start from ${words}`)
  return {
    ...vocabulary,
    config,
    trains: () => true,
    create(seed) {
      const encoder = createEncoder(config, { seed })
      if (vectors) startWords(encoder, vectors, tokens, seed)
      return encoder
    },
  }
}

/** Ids of the tokens that are words by themselves. */
function wholeWords(tokenizer: Tokenizer, { form }: Encoding): Map<string, number> {
  const words = new Map<string, number>()
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const token = tokenizer.tokenOf(id) ?? ''
    const whole = form === 'llama' ? /^\u0120(.+)$/.exec(token)?.[1] : /^(?!##|\[.+\]$)/.test(token) && token
    if (whole) words.set(whole, id)
  }
  return words
}

function fromInit(
  { layers, vocabulary = 'whole', lengths, trains }: Init,
  pairs: Pairs,
  { folder, repository, commit }: FoundCheckpoint,
  say: (line: string) => void,
): StartedStudent {
  const whole = readEncoderCheckpoint(folder, repository)
  const cut = layers === undefined ? whole : keepLayers(whole, layers)
  const used = vocabulary === 'whole' ? cut : pruneVocabulary(cut, textsOf(pairs))
  const { name, licence, config: given, model, tensors, tokenizer: json } = used
  const encoding = encodingOf(used, lengths)
  const { disranker: _, ...config } = given
  say(
    `starts from ${name}: ${model.type}, ${model.layers} of ${whole.model.layers} layers, ${model.vocabulary} of ${whole.model.vocabulary} tokens${used.missingHead.length > 0 ? `; it has no ${used.missingHead.join(', ')}: made new` : ''}`,
  )
  const { embeddings = true, lastLayers = model.layers } = trains ?? {}
  return {
    json,
    tokenizer: loadTokenizer(json),
    encoding,
    config: config as unknown as EncoderConfig,
    source: { name, ...(commit && { revision: commit }), ...(licence && { licence }) },
    create: (seed) => createEncoder(config, { tensors, seed }),
    trains(name) {
      const [, layer] = /\blayers?\.(\d+)\./.exec(name) ?? []
      if (layer !== undefined) return Number(layer) >= model.layers - lastLayers
      // layers below a frozen layer need no gradient
      return (
        !/embeddings/.test(name) || (lastLayers >= model.layers && (embeddings || name !== model.wordTable))
      )
    },
  }
}

/** The encoding of a pair: from the run that made it, or from its tokenizer.json. */
function encodingOf(
  { config, model, name, template }: EncoderCheckpoint,
  lengths: Init['lengths'],
): Encoding {
  const { encoding: own } = (config.disranker ?? {}) as { encoding?: Encoding }
  if (own === undefined && lengths === undefined)
    throw new InputError(
      `The recipe's init names no lengths, and ${name} was not made here, so it has none of its own. Wanted: lengths with maxLength, maxQuery, maxTitle and maxSummary, in tokens or 'auto'.`,
    )
  const encoding: Encoding = { ...(own ?? { form: 'pair', template }), ...lengths } as Encoding
  if (encoding.maxLength > model.positions)
    throw new InputError(
      `The recipe's maxLength is ${encoding.maxLength}; ${name} reads ${model.positions} tokens at most. Lower init.lengths.maxLength.`,
    )
  return encoding
}

function* textsOf(pairs: Pairs): Generator<string> {
  for (const { title, summary } of pairs.documents) yield `${title} ${summary}`
  yield* learnedTexts(pairs)
}
