// The start of a student: a seed and a learned alphabet, or a trained model with its alphabet, its template and as many of its
// layers as the recipe says; an earlier run of this pipeline is such a model too.
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
  /** Hugging Face keys of an encoder's config.json, but for those that the vocabulary decides */
  readonly model: EncoderSizes
  /** what the table of words starts from: a file of vectors, or a model's folder; from the seed when not given */
  readonly words?: string
}

export interface FromInit {
  readonly init: Init
}

export interface Init extends NamedCheckpoint {
  /** how many layers stay, evenly spread, or their numbers from 0; all when not given */
  readonly layers?: number | readonly number[]
  /** corpus: of the vocabulary only what documents and queries use, most of a small model being its table of words */
  readonly vocabulary?: 'whole' | 'corpus'
  /** tokens; they replace those of an earlier run of this pipeline */
  readonly lengths?: Pick<Encoding, 'maxLength' | 'maxQuery' | 'maxTitle' | 'maxSummary'>
  /** all of it when not given */
  readonly trains?: {
    /** the table of words */
    readonly embeddings: boolean
    /** the last layers; all when not given */
    readonly lastLayers?: number
  }
}

export interface StartedStudent extends Vocabulary {
  readonly config: EncoderConfig
  /** of a model from elsewhere, for the cards of what is made of it */
  readonly source?: StudentSource
  /** The network as it starts with this seed; dispose of it after use. Needs an open backend. */
  create(seed: number): Encoder
  /** Tells by a weight's name whether it trains. */
  trains(name: string): boolean
}

export interface StudentSource {
  readonly name: string
  readonly revision?: string
  readonly licence?: string
}

/**
 * The files that a recipe names, and what identifies them.
 * @throws {InputError} when it cannot be had
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
 * Makes or reads what all seeds of a student start from.
 * @param found of a recipe that names a checkpoint
 * @throws {InputError} when it cannot be read, or layers, lengths or vocabulary are not to be had of it
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
      // below a layer that does not train nothing needs to
      return (
        !/embeddings/.test(name) || (lastLayers >= model.layers && (embeddings || name !== model.wordTable))
      )
    },
  }
}

/** How it reads a pair: as the run did that made it, or as its tokenizer.json says. */
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
