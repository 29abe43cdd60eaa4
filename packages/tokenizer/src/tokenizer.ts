// Any tokenizer.json, read by Hugging Face's TypeScript library, with a cache for chunks of text: most text consists
// of words that occurred before.
import { type Analyzer, createMemory, PORTER } from '@disranker/lexical'
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { alignForms } from './chunks/align-forms.ts'
import type { Chunk } from './chunks/chunk.ts'
import { overLongWords } from './chunks/over-long.ts'
import { createPlacedChunks, type PlacedTokens } from './chunks/placed-chunks.ts'
import { patternsOf, slowPart } from './chunks/slow-pattern.ts'
import { chunksOf } from './chunks/text-chunks.ts'
import { placesOfTokens, type Spelling, wordOfTokens } from './chunks/word-of-token.ts'
import type { Step } from './exact/library-step.ts'
import { exactNormalizer } from './exact/normalizers.ts'
import { exactPreTokenizer } from './exact/pre-tokenizers.ts'

export interface Tokenizer {
  /** one more than the highest id: the rows of an embedding table */
  readonly vocabSize: number
  /**
   * Ids of a text, equal to those of Hugging Face's Rust library. Text that looks like a special token is
   * read as text: a document cannot insert a [SEP].
   */
  encode(text: string): number[]
  /**
   * The same, chunk by chunk, with the words of the tokens.
   * @param most after this many ids, chunks have words and no ids
   * @param analyzer defines the words; `porter` by default
   */
  chunks(text: string, most?: number, analyzer?: Analyzer): readonly Chunk[]
  idOf(token: string): number | undefined
  tokenOf(id: number): string | undefined
}

/** characters of cached chunks: about 4 MB for English, 20 MB at most */
const REMEMBERED = 300_000

interface AddedToken {
  readonly id: number
  readonly content: string
  readonly special: boolean
}

/**
 * Reads the text of a tokenizer.json.
 * @throws {Error} when it is not JSON or not a tokenizer that the library supports, or has a pattern that a
 * text can make slow
 */
export function loadTokenizer(json: string): Tokenizer {
  const parsed = parse(json)
  refuseSlow(parsed)
  const added = (parsed.added_tokens ?? []) as readonly AddedToken[]
  const library = new Library(
    { ...parsed, added_tokens: added.filter(({ special }) => !special), post_processor: null },
    {},
  )
  putExactSteps(library, parsed)
  const encode = (text: string) => library.encode(text, { add_special_tokens: false })
  const normalize = (text: string) => library.normalizer?.normalize(text) ?? text
  const piecesOf = (normalized: string) =>
    (library.pre_tokenizer?.(normalized) as string[] | undefined) ?? [normalized]
  const spelling = spellingOf(parsed)
  const { split, alone } = chunksOf(parsed, (text) => encode(text).ids)
  const overLong = overLongWords(parsed)
  const toChunk = (text: string): Chunk => {
    const unknown = alone ? overLong(text) : undefined
    if (unknown !== undefined) {
      const found = wordsOnly(text)
      return { ...found, ids: [unknown], ...(found.words.length > 0 ? FIRST_WORD : NO_WORD) }
    }
    const { ids, tokens } = encode(text)
    const normalized = normalize(text)
    const found = PORTER.words(text)
    const laid = wordOfTokens(tokens, normalized, () => piecesOf(normalized), spelling)
    // a word that normalising removes or adds would shift the words after it
    const fits = laid?.every((word) => word < found.length)
    const wordOf = fits ? laid! : ids.map(() => -1)
    const stems = found.map(PORTER.stem)
    return {
      ids,
      ...(ofOneWord(wordOf) ?? { wordOf, wordEnd: wordOf.map((word: number) => word + 1) }),
      words: found,
      // one list for both if they are equal, since many are cached
      stems: stems.every((stem, at) => stem === found[at]) ? found : stems,
    }
  }
  const toPlaced = (text: string): PlacedTokens => {
    const unknown = alone ? overLong(text) : undefined
    if (unknown !== undefined) return { ids: [unknown], places: [{ start: 0, end: text.length }] }
    const { ids, tokens } = encode(text)
    const normalized = normalize(text)
    const aligned = alignForms(text, normalize, normalized)
    const places = placesOfTokens(tokens, normalized, () => piecesOf(normalized), spelling)
    return {
      ids,
      places:
        aligned &&
        places?.map(({ start, end }) =>
          end > start ? { start: aligned.start[start]!, end: aligned.end[end - 1]! } : { start: 0, end: 0 },
        ),
    }
  }
  const remembered = createMemory<Chunk>(REMEMBERED)
  const recall = (text: string) => {
    const known = remembered.get(text)
    if (known !== undefined) return known
    const fresh = toChunk(text)
    remembered.set(text, fresh)
    return fresh
  }
  const placed = createPlacedChunks({ split, alone, encode: toPlaced, remembered: REMEMBERED })
  const chunks = (text: string, most = Number.POSITIVE_INFINITY, analyzer = PORTER) => {
    if (analyzer.places !== undefined) return placed(text, most, analyzer, analyzer.places)
    let ids = 0
    return split(text).map((part) => {
      if (ids >= most) return remembered.get(part) ?? wordsOnly(part)
      const chunk = recall(part)
      ids += chunk.ids.length
      return chunk
    })
  }
  const addedIds = new Map(added.map(({ content, id }) => [content, id]))
  const addedTokens = new Map(added.map(({ content, id }) => [id, content]))
  return {
    vocabSize: vocabularySize(parsed, added),
    chunks,
    encode: (text) => chunks(text).flatMap(({ ids }) => ids),
    idOf: (token) => addedIds.get(token) ?? library.token_to_id(token),
    tokenOf: (id) => addedTokens.get(id) ?? library.id_to_token(id),
  }
}

/** The parts of it that are steps, exactly as in the Rust library. */
function putExactSteps(
  // functions with one method suffice: the library does not call the other methods of its classes
  library: { normalizer: unknown; pre_tokenizer: unknown },
  { normalizer, pre_tokenizer }: Record<string, unknown>,
): void {
  if (normalizer) {
    const normalize = exactNormalizer(normalizer as Step)
    library.normalizer = Object.assign((text: string) => normalize(text), { normalize })
  }
  if (pre_tokenizer) {
    const split = exactPreTokenizer(pre_tokenizer as Step)
    library.pre_tokenizer = (text: string, options?: { section_index?: number }) => [
      ...split(text, (options?.section_index ?? 0) === 0),
    ]
  }
}

/** @throws {Error} */
function refuseSlow(parsed: Record<string, unknown>): void {
  for (const pattern of patternsOf(parsed)) {
    const part = slowPart(pattern)
    if (part !== undefined)
      throw new Error(
        `tokenizer.json has the pattern ${JSON.stringify(pattern)}, which a text can make take time without end, at ${JSON.stringify(part)}. ` +
          'Write it without a repetition inside a repetition.',
      )
  }
}

/** tokens of a word that is longer than most */
const MANY_TOKENS = 16
const ONE_WORD = Array.from({ length: MANY_TOKENS }, (_, tokens) => ({
  wordOf: Array<number>(tokens).fill(0),
  wordEnd: Array<number>(tokens).fill(1),
}))
/** The lists of a piece that is one word, as most are: shared by all with so many tokens. */
const ofOneWord = (wordOf: readonly number[]) =>
  wordOf.every((word) => word === 0) ? ONE_WORD[wordOf.length] : undefined

const FIRST_WORD = { wordOf: [0], wordEnd: [1] }
const NO_WORD = { wordOf: [-1], wordEnd: [0] }

function wordsOnly(text: string): Chunk {
  const words = PORTER.words(text)
  return { ids: [], wordOf: [], wordEnd: [], words, stems: words.map(PORTER.stem) }
}

function parse(json: string): Record<string, unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch (cause) {
    throw new Error('tokenizer.json is not JSON. Copy it again from where the model came from.', { cause })
  }
  if (typeof parsed === 'object' && parsed !== null && 'model' in parsed)
    return parsed as Record<string, unknown>
  throw new Error(
    'tokenizer.json has no tokenizer: "model" is missing. Wanted: the file that Hugging Face writes.',
  )
}

function spellingOf({ model, pre_tokenizer, decoder }: Record<string, unknown>): Spelling {
  const { type, unk_token, continuing_subword_prefix } = model as Record<string, string | null | undefined>
  return {
    byteLevel: JSON.stringify([pre_tokenizer, decoder]).includes('"ByteLevel"'),
    continuing: continuing_subword_prefix ?? (type === 'WordPiece' ? '##' : ''),
    unknown: unk_token ?? undefined,
  }
}

function vocabularySize({ model }: Record<string, unknown>, added: readonly AddedToken[]): number {
  const { vocab = {} } = model as { vocab?: Record<string, number> | readonly unknown[] }
  let top = Array.isArray(vocab) ? vocab.length - 1 : -1
  if (!Array.isArray(vocab))
    for (const id of Object.values(vocab as Record<string, number>)) top = Math.max(top, id)
  for (const { id } of added) top = Math.max(top, id)
  return top + 1
}
